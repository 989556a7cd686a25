package dev.darter.agent.swarm;

/** How fast the chunks of a blob come in, as a measure of what is late. */
final class Pace {

    private static final long FIRST_NANOS = 50_000_000L;
    private static final long LEAST_NANOS = 2_000_000L;
    private static final long MOST_NANOS = 1_000_000_000L;
    private static final double OLD = 15.0 / 16;

    private double intervalNanos = FIRST_NANOS;
    private long lastGain;
    private boolean isRunning;

    void gained(long now) {
        if (isRunning) {
            intervalNanos = intervalNanos * OLD + Math.min(MOST_NANOS, now - lastGain) * (1 - OLD);
        }
        isRunning = true;
        lastGain = now;
    }

    /** Starts the clock without a gain. */
    void start(long now) {
        lastGain = now;
    }

    /** Usual time between two chunks. */
    long intervalNanos() {
        return (long) Math.clamp(intervalNanos, LEAST_NANOS, MOST_NANOS);
    }

    long sinceLastGain(long now) {
        return now - lastGain;
    }
}
