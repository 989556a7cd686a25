package dev.darter.registry;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.protocol.Digest;
import dev.darter.registry.upstream.UpstreamAnswer;

/** Turns upstreams' answers into verdicts, and verdicts into what the caller is told. */
final class Verdicts {

    /** How long to wait for a verdict that nothing can replace: longer than the upstream's client waits for the head of an answer. */
    static final Duration LONGEST = Duration.ofSeconds(40);

    private Verdicts() {}

    /** A redirect admits: the registry sends only those away who may have the content. */
    static Verdict of(UpstreamAnswer answer) {
        int status = answer.status();
        if (status == 200) {
            return new Verdict.Admitted(facts(answer));
        }
        if (status > 200 && status < 400) {
            return new Verdict.Admitted(Facts.NONE);
        }
        return status >= 400 && status < 500 && status != 429 && status != 408
                ? new Verdict.Refused(status, answer.headers().allValues("WWW-Authenticate"))
                : new Verdict.Outage("answered " + status, Optional.empty());
    }

    private static Facts facts(UpstreamAnswer answer) {
        return new Facts(answer.header("Docker-Content-Digest").flatMap(Verdicts::digest), answer.contentLength(),
                answer.header("Content-Type"), answer.header("ETag"));
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    /** Waits for a verdict; an upstream that takes too long counts as down. */
    static Verdict await(CompletableFuture<Verdict> verdict, Duration timeout) throws InterruptedException {
        try {
            return verdict.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            return new Verdict.Outage("no answer within " + timeout.toMillis() + " ms", Optional.empty());
        } catch (ExecutionException failure) {
            return new Verdict.Outage(String.valueOf(failure.getCause()), Optional.empty());
        }
    }

    /** What it means that an upstream could not be asked. */
    static Verdict.Outage of(OriginException failure) {
        return new Verdict.Outage(failure.getMessage() == null ? "failed" : failure.getMessage(), failure.retryAfter());
    }

    /** The error for the caller; a challenge goes on as the upstream gave it, or as a client of this style needs it. */
    static RefusedException refusal(Pull pull, ErrorCode unknown, Verdict.Refused refused) {
        HttpHeaders headers = pull.answerHeaders().set(LazyHeaders.ERROR_TYPE, "backend");
        return switch (refused.status()) {
            case 401 -> {
                headers.set("WWW-Authenticate", ChallengeRewriter.forClient(pull, refused.challenges()));
                yield new RefusedException(401, ErrorCode.UNAUTHORIZED, "the registry wants authentication", headers);
            }
            case 402, 403, 451 -> new RefusedException(403, ErrorCode.DENIED, "the registry denies access", headers);
            case 404, 410 -> new RefusedException(404, unknown, "the registry does not have it", headers);
            default -> new RefusedException(refused.status(), ErrorCode.UNKNOWN, "the registry answered " + refused.status(), headers);
        };
    }

    /** The error while nobody can say whether the caller may have it; 503 makes runtimes go elsewhere at once. */
    static RefusedException unavailable(Pull pull, Verdict.Outage outage) {
        HttpHeaders headers = pull.answerHeaders();
        outage.retryAfter().map(Duration::toSeconds).ifPresent(seconds -> headers.set("Retry-After", seconds + 1));
        return new RefusedException(503, ErrorCode.UNAVAILABLE, "the registry can't be asked: " + outage.why(), headers);
    }
}
