package dev.darter.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.registry.upstream.Header;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamRequest;
import dev.darter.registry.upstream.UpstreamRequest.Method;
import dev.darter.registry.upstream.UpstreamRequest.Redirects;
import dev.darter.service.BodyWriter;

/** Hands requests to the upstream and its answers back: lists of tags, and whatever else is not named by its content. */
final class PassThrough {

    private static final List<String> REQUEST_HEADERS = List.of("Accept", "If-None-Match", "If-Modified-Since", "User-Agent");
    private static final List<String> ANSWER_HEADERS = List.of("Content-Type", "Docker-Content-Digest", "ETag", "Last-Modified",
            "OCI-Filters-Applied", "OCI-Subject", "Warning", "Cache-Control");
    private static final int PORTION = 64 * 1024;

    private final PatientClient client;

    PassThrough(PatientClient client) {
        this.client = client;
    }

    /** Forwards a request below {@code /v2/}. */
    void forward(Pull pull) throws RefusedException, IOException, InterruptedException {
        forward(pull, "/v2/" + pull.address().path());
    }

    /** Forwards a request to this path of the upstream. */
    void forward(Pull pull, String path) throws RefusedException, IOException, InterruptedException {
        try (UpstreamAnswer answer = ask(pull, path, Query.withoutNamespace(pull.exchange().target()))) {
            if (answer.status() == 401) {
                throw Verdicts.refusal(pull, ErrorCode.NAME_UNKNOWN,
                        new Verdict.Refused(401, answer.headers().allValues("WWW-Authenticate")));
            }
            copy(pull, answer);
        } catch (OriginException failure) {
            if (pull.exchange().isAnswered()) {
                throw failure;
            }
            throw Verdicts.unavailable(pull, Verdicts.of(failure));
        }
    }

    /** Asks the upstream what the client asks. */
    UpstreamAnswer ask(Pull pull, String path, Optional<String> query) throws IOException, InterruptedException {
        return client.send(pull.upstream(), new UpstreamRequest(pull.isHead() ? Method.HEAD : Method.GET, path, query,
                requestHeaders(pull), pull.caller().credentials(), Redirects.FOLLOW));
    }

    /** What of an answer's headers the client gets. */
    static HttpHeaders headers(Pull pull, UpstreamAnswer answer) {
        HttpHeaders headers = pull.answerHeaders();
        ANSWER_HEADERS.forEach(name -> answer.headers().allValues(name).forEach(value -> headers.add(name, value)));
        answer.headers().allValues("Link").forEach(link -> headers.add("Link", LinkRewriter.forClient(pull.address(), link)));
        return headers;
    }

    private static void copy(Pull pull, UpstreamAnswer answer) throws IOException {
        HttpHeaders headers = headers(pull, answer);
        OptionalLong length = answer.contentLength();
        try (BodyWriter body = pull.exchange().start(answer.status(), headers, length.orElse(-1))) {
            while (!pull.isHead()) {
                // a new buffer each time: what was handed over is sent later
                ByteBuffer portion = ByteBuffer.allocate(PORTION);
                if (answer.read(portion) < 0) {
                    break;
                }
                body.write(portion.flip());
            }
            if (length.isEmpty()) {
                body.finish();
            }
        }
    }

    private static List<Header> requestHeaders(Pull pull) {
        List<Header> headers = new ArrayList<>();
        REQUEST_HEADERS.forEach(name -> pull.exchange().headers().getAll(name).forEach(value -> headers.add(new Header(name, value))));
        return headers;
    }
}
