package dev.darter.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The origin did not give what was asked. */
public final class OriginException extends IOException {

    /** What the origin's answer means. */
    public enum Kind {
        /** 401: credentials are missing, wrong or outlived. */
        UNAUTHORIZED,
        /** 403. */
        FORBIDDEN,
        /** 404 or 410. */
        NOT_FOUND,
        /** 429, or 503 with Retry-After. */
        THROTTLED,
        /** 5xx, a broken body, a timeout, no connection. */
        UNAVAILABLE,
        /** The origin sent other bytes than the digest names. */
        WRONG_CONTENT
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient Optional<Duration> retryAfter;
    private final boolean unreachable;

    public OriginException(Kind kind, String message, Optional<Duration> retryAfter) {
        super(message);
        this.kind = kind;
        this.retryAfter = retryAfter;
        this.unreachable = false;
    }

    private OriginException(String message, IOException cause) {
        super(message, cause);
        this.kind = Kind.UNAVAILABLE;
        this.retryAfter = Optional.empty();
        this.unreachable = true;
    }

    /** The origin itself did not answer: a failure of kind UNAVAILABLE that the next request is likely to meet as well. */
    public static OriginException unreachable(String message, IOException cause) {
        return new OriginException(message, cause);
    }

    /** Whether the origin itself did not answer at all, whatever was asked. */
    public boolean isUnreachable() {
        return unreachable;
    }

    /** What the answer means for the caller. */
    public Kind kind() {
        return kind;
    }

    /** How long the origin asked to wait. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
