package dev.darter.service;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** Writes a body to a channel and blocks the writer while too much is under way. */
final class NettyBodyWriter implements BodyWriter {
    private static final int MAX_IN_FLIGHT = 2 << 20;
    private static final int SLICE = 256 << 10;
    /** What a client has to take while others are patient with it. */
    private static final int LEAST_TAKEN = 64 << 10;

    private final Channel channel;
    private final long length;
    private final boolean discards;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long inFlight;
    private long written;
    private boolean complete;
    private @Nullable Throwable failure;

    NettyBodyWriter(Channel channel, long length, boolean discards) {
        this.channel = channel;
        this.length = length;
        this.discards = discards;
    }

    void open(HttpResponse response) {
        if (length == 0 || discards) {
            complete = true;
            var _ = channel.write(response);
            var _ = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            var _ = channel.writeAndFlush(response);
        }
    }

    boolean isComplete() {
        return complete;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        claim(bytes.remaining());
        if (discards) {
            bytes.position(bytes.limit());
            return;
        }
        while (bytes.hasRemaining()) {
            int size = Math.min(SLICE, bytes.remaining());
            awaitAtMost(MAX_IN_FLIGHT - size);
            submit(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes.slice(bytes.position(), size))), size);
            bytes.position(bytes.position() + size);
        }
        endIfAllIsWritten();
    }

    @Override
    public void sendFile(FileChannel file, long position, long count) throws IOException {
        claim(count);
        if (discards || count == 0) {
            return;
        }
        submit(new SharedFileRegion(file, position, count), count);
        endIfAllIsWritten();
        awaitAtMost(0);
    }

    @Override
    public void sendFile(FileChannel file, long position, long count, Duration patience) throws IOException {
        claim(count);
        if (discards || count == 0) {
            return;
        }
        SharedFileRegion region = new SharedFileRegion(file, position, count);
        submit(region, count);
        endIfAllIsWritten();
        awaitTaken(region, patience);
    }

    private void awaitTaken(SharedFileRegion region, Duration patience) throws IOException {
        long taken = 0;
        lock.lock();
        try {
            long left = patience.toNanos();
            while (inFlight > 0 && failure == null) {
                left = changed.awaitNanos(left);
                if (left <= 0 && inFlight > 0) {
                    if (region.transferred() - taken < LEAST_TAKEN) {
                        var _ = channel.close();
                        throw new IOException("the client takes nothing");
                    }
                    taken = region.transferred();
                    left = patience.toNanos();
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
        awaitAtMost(0);
    }

    private IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        // What is under way may still refer to a file that the caller closes next.
        var _ = channel.close();
        return (IOException) new InterruptedIOException("interrupted while sending").initCause(e);
    }

    private void claim(long count) throws IOException {
        if (length >= 0 && count > length - written) {
            throw new IllegalStateException("more bytes than the " + length + " announced");
        }
        if (complete && count > 0 && !discards) {
            throw new IllegalStateException("the body was finished");
        }
        written += count;
        if (!channel.isActive()) {
            throw new IOException("the client is gone");
        }
    }

    private void submit(Object content, long count) {
        lock.lock();
        try {
            inFlight += count;
        } finally {
            lock.unlock();
        }
        var _ = channel.writeAndFlush(content).addListener(done -> settled(count, done.cause()));
    }

    private void settled(long count, @Nullable Throwable cause) {
        lock.lock();
        try {
            inFlight -= count;
            if (cause != null && failure == null) {
                failure = cause;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitAtMost(long bytes) throws IOException {
        lock.lock();
        try {
            while (inFlight > bytes && failure == null) {
                changed.await();
            }
            if (failure != null) {
                throw new IOException("the client is gone: " + failure.getMessage(), failure);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private void endIfAllIsWritten() {
        if (length >= 0 && written == length && !complete) {
            end();
        }
    }

    private void end() {
        complete = true;
        var _ = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    @Override
    public void finish() {
        if (complete) {
            return;
        }
        if (length >= 0) {
            throw new IllegalStateException(written + " of " + length + " bytes were written");
        }
        end();
    }

    @Override
    public void close() {
        if (!complete) {
            var _ = channel.close();
        }
    }
}
