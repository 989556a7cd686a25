package dev.darter.agent.peer;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Arrays for chunks that are on their way in, used again and again: a new array of a MiB for each chunk would cost more than hashing it. Keeps
 * as many as were ever in use at once, up to a limit. Thread-safe.
 */
final class BufferPool {

    private static final int MAX_IDLE = 16;

    private final ConcurrentLinkedDeque<byte[]> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleCount = new AtomicInteger();

    /** An array of at least this length with anything in it. */
    byte[] take(int length) {
        byte[] buffer = idle.pollFirst();
        if (buffer != null) {
            idleCount.decrementAndGet();
        }
        return buffer != null && buffer.length >= length ? buffer : new byte[length];
    }

    void giveBack(byte[] buffer) {
        if (idleCount.incrementAndGet() <= MAX_IDLE) {
            idle.addFirst(buffer);
        } else {
            idleCount.decrementAndGet();
        }
    }
}
