package dev.darter.agent.blob;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.Digest;
import dev.darter.service.ByteCount;
import dev.darter.store.StoreException;

/** Tells the operator of blobs that can't be stored: with a quota that is too small that is each pull, so only now and then. Thread-safe. */
final class StorelessLog {
    private static final Logger LOG = LoggerFactory.getLogger(StorelessLog.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private boolean warned;
    private long warnedAt;

    StorelessLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void passesThrough(Digest blob, Exception reason, long quotaBytes) {
        String message = message(blob, reason, quotaBytes);
        if (isDue()) {
            LOG.warn(message);
        } else {
            LOG.debug(message);
        }
    }

    /** Whether the last warning is long enough ago for another; counts as one if so. */
    synchronized boolean isDue() {
        long now = nanoTime.getAsLong();
        if (warned && now - warnedAt < PAUSE_NANOS) {
            return false;
        }
        warned = true;
        warnedAt = now;
        return true;
    }

    static String message(Digest blob, Exception reason, long quotaBytes) {
        boolean full = reason instanceof StoreException refused && refused.code() == StoreException.Code.FULL;
        return blob + " passes through without being stored: " + reason.getMessage()
                + (full ? "; the quota is " + new ByteCount(quotaBytes).toHuman() + " (--quota), and the disk may be full" : "");
    }
}
