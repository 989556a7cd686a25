package dev.darter.scheduler;

/**
 * When a scheduler that has just started knows who holds what. Agents that have lost their scheduler look for one every one and a half seconds at the latest, so
 * that all have come back two seconds after the first one. Its own start is no measure: until it hears anybody, a busy machine may take longer than that.
 */
final class Settling {

    private static final long SETTLE_NANOS = 2_000_000_000L;
    /** Whom nobody has come back to for so long had no cluster: its first agent is a new one, and need not wait for others. */
    private static final long LONELY_NANOS = 10_000_000_000L;

    private final long startedAt;
    private boolean hasBegun;
    private long settledAt;

    Settling(long startedAt) {
        this.startedAt = startedAt;
    }

    /** An agent has come. */
    void hello(long now) {
        if (!hasBegun) {
            hasBegun = true;
            settledAt = now - startedAt < LONELY_NANOS ? now + SETTLE_NANOS : now;
        }
    }

    /** Whether what nobody is known to hold may be read from its origin; only asked when an agent has come. */
    boolean isOver(long now) {
        return now >= settledAt;
    }
}
