package dev.darter.agent.blob;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import dev.darter.agent.swarm.Failure;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/** What a reader is told when its download fails. */
final class Failures {

    private Failures() {}

    /** @param refusal what the origin answered to the last caller that it refused */
    static IOException of(Failure reason, Optional<OriginException> refusal, Duration retryAfter) {
        return switch (reason) {
            case DENIED -> refusal.map(IOException.class::cast)
                    .orElseGet(() -> of(Kind.FORBIDDEN, "The origin gives the blob to no caller", Duration.ZERO));
            case THROTTLED -> of(Kind.THROTTLED, "The origin asks to wait, and no other host has the blob", retryAfter);
            case UNAVAILABLE -> of(Kind.UNAVAILABLE, "Neither the origin nor another host can deliver the blob", retryAfter);
            case FALSE_CONTENT ->
                of(Kind.WRONG_CONTENT, "What the origin sends does not have the digest that was asked for", Duration.ZERO);
        };
    }

    private static OriginException of(Kind kind, String message, Duration retryAfter) {
        return new OriginException(kind, message, retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter));
    }
}
