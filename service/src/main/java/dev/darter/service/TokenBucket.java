package dev.darter.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps a flow of bytes below a rate. A sender reserves what it is about to send and waits for as long as it is told; reservations are
 * granted in the order in which they are made, so that no sender starves. Thread-safe.
 */
public final class TokenBucket {
    private final double bytesPerNano;
    private final double burstNanos;
    private final LongSupplier nanoTime;
    private final boolean limited;
    /** The time at which everything that was reserved so far will have gone at the rate. */
    private double freeAt;

    private TokenBucket(long bytesPerSecond, long burstBytes, LongSupplier nanoTime, boolean limited) {
        this.bytesPerNano = bytesPerSecond / 1e9;
        this.burstNanos = burstBytes / bytesPerNano;
        this.nanoTime = nanoTime;
        this.limited = limited;
        this.freeAt = nanoTime.getAsLong() - burstNanos;
    }

    /**
     * A bucket that is full at the start.
     *
     * @param burstBytes how much may go at once after a rest
     * @param nanoTime the clock, in the manner of {@link System#nanoTime()}
     */
    public static TokenBucket limited(BitRate rate, ByteCount burstBytes, LongSupplier nanoTime) {
        return new TokenBucket(rate.bytesPerSecond(), burstBytes.bytes(), nanoTime, true);
    }

    /** A bucket that lets everything through at once. */
    public static TokenBucket unlimited() {
        return new TokenBucket(1, 0, () -> 0, false);
    }

    /** Takes bytes out of the bucket and tells how long to wait before they are sent; zero when they may go at once. */
    public synchronized Duration reserve(long bytes) {
        if (!limited) {
            return Duration.ZERO;
        }
        long now = nanoTime.getAsLong();
        freeAt = Math.max(freeAt, now - burstNanos) + bytes / bytesPerNano;
        return Duration.ofNanos(Math.max(0, (long) Math.ceil(freeAt - now)));
    }

    /** Reserves and waits on the calling (virtual) thread. */
    public void take(long bytes) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(reserve(bytes).toNanos());
    }
}
