package dev.darter.registry.upstream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/** What an answer other than success means. */
final class Refusal {

    private Refusal() {}

    static OriginException of(UpstreamAnswer answer, String who, Instant now) {
        Optional<Duration> retryAfter = answer.header("Retry-After").flatMap(value -> RetryAfter.parse(value, now));
        return new OriginException(kind(answer.status(), retryAfter.isPresent()), who + " answered " + answer.status(), retryAfter);
    }

    private static Kind kind(int status, boolean saysWhen) {
        return switch (status) {
            case 401 -> Kind.UNAUTHORIZED;
            // 402: plans that have run out; 451: legal reasons. Asking again won't help this caller.
            case 402, 403, 451 -> Kind.FORBIDDEN;
            case 404, 410 -> Kind.NOT_FOUND;
            case 429 -> Kind.THROTTLED;
            case 503 -> saysWhen ? Kind.THROTTLED : Kind.UNAVAILABLE;
            default -> Kind.UNAVAILABLE;
        };
    }
}
