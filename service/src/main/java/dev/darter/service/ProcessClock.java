package dev.darter.service;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A clock in nanoseconds that stands still while this process gets no processor: stopped by a signal, in a long collection, or on a host with too much
 * to do. Whoever judges others by their silence with it doesn't take its own absence for theirs. It learns of such times from
 * what begins later than it was due. For one thread.
 */
public final class ProcessClock {

    /** Less than this is ordinary lateness. */
    private static final long SLACK_NANOS = Duration.ofMillis(50).toNanos();

    private final LongSupplier nanoTime;
    private long lost;

    /** @param nanoTime the clock beneath, in the manner of {@link System#nanoTime()} */
    public ProcessClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The time; never goes back. */
    public long now() {
        return nanoTime.getAsLong() - lost;
    }

    /** Something begins now that was due at this time: if that is long ago, this process was away in between. */
    public void begins(long due) {
        long late = now() - due;
        if (late > SLACK_NANOS) {
            lost += late;
        }
    }
}
