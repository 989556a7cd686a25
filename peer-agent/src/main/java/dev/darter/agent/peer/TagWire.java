package dev.darter.agent.peer;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.protocol.Digest;
import dev.darter.protocol.Member;
import dev.darter.registry.KnownTag;
import dev.darter.registry.TagMemory;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;

/** {@code GET /p2p/v1/tags?registry=&repository=&tag=}: what a host last knew of a tag, as JSON, for when the registry can't be asked. */
public final class TagWire {

    static final String PATH = "/p2p/v1/tags";
    private static final int MAX_BYTES = 4 << 10;
    private static final JsonMapper JSON = JsonMapper.shared();

    private record Answer(String digest, String resolvedAt) {}

    private TagWire() {}

    /**
     * Asks another host; blocks for the timeout at most, once for connecting and once for the answer. The media type is left open: a manifest's comes
     * from the registry or from itself, never from another host.
     */
    public static Optional<KnownTag> ask(Member host, String registry, String repository, String tag, Duration timeout) throws IOException {
        String target = PATH + "?registry=" + encode(registry) + "&repository=" + encode(repository) + "&tag=" + encode(tag);
        try (DataConnection connection = DataConnection.open(HostPort.parse(host.address()).resolve(), timeout)) {
            Answer answer = JSON.readValue(connection.get(target, MAX_BYTES, timeout), Answer.class);
            return Optional.of(new KnownTag(Digest.parse(answer.digest()), "", Instant.parse(answer.resolvedAt())));
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new IOException(host.host() + " sends no tag: " + e.getMessage(), e);
        }
    }

    /** Answers another host from this one's memory. */
    public static void answer(HttpExchange exchange, TagMemory memory) throws IOException {
        Optional<KnownTag> known = memory.lastKnown(exchange.query("registry").orElse(""), exchange.query("repository").orElse(""),
                exchange.query("tag").orElse(""));
        if (known.isEmpty()) {
            PeerHandler.refuse(exchange, 404, "The tag is not known here");
            return;
        }
        Answer answer = new Answer(known.get().digest().toString(), known.get().resolvedAt().toString());
        HttpHeaders headers = new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        exchange.respond(200, headers, JSON.writeValueAsBytes(answer));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
