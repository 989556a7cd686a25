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
    private long last = Long.MIN_VALUE;

    /** @param nanoTime the clock beneath, in the manner of {@link System#nanoTime()} */
    public ProcessClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The time; never goes back. */
    public long now() {
        last = nanoTime.getAsLong() - lost;
        return last;
    }

    /** How long it is until then; not positive when it is over. */
    public long until(long due) {
        return due - (nanoTime.getAsLong() - lost);
    }

    /** Something begins now that was due at this time: if it is late, this process was away since then, or since the time was last asked for. */
    public void begins(long due) {
        long late = nanoTime.getAsLong() - lost - Math.max(due, last);
        if (late > SLACK_NANOS) {
            lost += late;
        }
    }
}
