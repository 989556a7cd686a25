package dev.darter.agent.blob;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

import dev.darter.registry.OriginBody;

/**
 * A part of a blob that comes from the origin by a request of its own, while what lies before it is still on its way. Guarded by the lock of its
 * {@link ParallelBody}, but for {@link #free}, which belongs to the thread that receives.
 */
final class ReadAhead {

    private final long first;
    private final byte[] bytes;
    private final ByteBuffer free;
    private int received;
    private int taken;
    private boolean over;
    private @Nullable Thread thread;
    private @Nullable OriginBody body;

    ReadAhead(long first, int length) {
        this.first = first;
        this.bytes = new byte[length];
        this.free = ByteBuffer.wrap(bytes);
    }

    long first() {
        return first;
    }

    long end() {
        return first + bytes.length;
    }

    int length() {
        return bytes.length;
    }

    /** Where to receive the next bytes. */
    ByteBuffer free() {
        return free;
    }

    /** Bytes have come. */
    void received(int count) {
        received += count;
    }

    /** Gives the next bytes, if there are any. */
    int take(ByteBuffer into) {
        int count = Math.min(into.remaining(), received - taken);
        into.put(bytes, taken, count);
        taken += count;
        return count;
    }

    /** The thread that receives, which may be interrupted: it does nothing else. */
    void readBy(Thread reader) {
        thread = reader;
    }

    void readFrom(OriginBody opened) {
        body = opened;
    }

    /** Nothing more comes. */
    void noMore() {
        over = true;
    }

    boolean hasMore() {
        return taken < received;
    }

    /** Whether nothing more can be had of it than was taken. */
    boolean isThrough() {
        return taken == bytes.length || (over && taken == received);
    }

    /** Ends it soon. */
    void cancel() {
        if (body != null) {
            body.close();
        } else if (thread != null) {
            thread.interrupt();
        }
    }
}
