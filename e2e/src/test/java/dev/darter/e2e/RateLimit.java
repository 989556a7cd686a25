package dev.darter.e2e;

import java.util.concurrent.locks.LockSupport;

/** The rate of one uplink, shared by all who send over it. */
final class RateLimit {
    /** So much may be sent at once after a pause. */
    private static final long BURST_NANOS = 5_000_000;

    private final double nanosPerByte;
    private long freeAt = System.nanoTime();

    private RateLimit(double nanosPerByte) {
        this.nanosPerByte = nanosPerByte;
    }

    static RateLimit none() {
        return new RateLimit(0);
    }

    static RateLimit megabitsPerSecond(long megabits) {
        return new RateLimit(8_000.0 / megabits);
    }

    /** Returns when so many bytes may have been sent. */
    void pass(int bytes) {
        long until = reserve(bytes);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized long reserve(int bytes) {
        long now = System.nanoTime();
        freeAt = Math.max(freeAt, now - BURST_NANOS) + (long) (bytes * nanosPerByte);
        return freeAt;
    }
}
