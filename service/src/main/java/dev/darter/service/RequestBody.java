package dev.darter.service;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Collects a request's body: the event loop adds, the handler's thread reads. What nobody asked for is left in the socket. */
final class RequestBody {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream(0);
    private final boolean expected;
    /** How much the reader takes; -1 before it has asked. */
    private long limit = -1;
    private boolean complete;
    private boolean broken;

    RequestBody(boolean expected) {
        this.expected = expected;
    }

    /** Whether the request announced a body that has not arrived as a whole. */
    boolean isOutstanding() {
        lock.lock();
        try {
            return expected && !complete;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a reader waits for what the client has not sent. */
    boolean isAwaited() {
        lock.lock();
        try {
            return expected && !complete && limit >= 0;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is room for the next part. */
    boolean wants(HttpContent part) {
        lock.lock();
        try {
            return !complete && (!part.content().isReadable() || content.size() <= limit);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a part and releases it. */
    void add(HttpContent part) {
        lock.lock();
        try {
            content.writeBytes(ByteBufUtil.getBytes(part.content()));
            complete = part instanceof LastHttpContent;
            changed.signalAll();
        } finally {
            lock.unlock();
            part.release();
        }
    }

    /** The client has left. */
    void breakOff() {
        lock.lock();
        try {
            broken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Allows the event loop to take so much; it has to be told to look again. */
    void allow(int maxBytes) {
        lock.lock();
        try {
            limit = maxBytes;
        } finally {
            lock.unlock();
        }
    }

    byte[] await(int maxBytes) throws IOException {
        lock.lock();
        try {
            while (expected && !complete && content.size() <= maxBytes) {
                if (broken) {
                    throw new ClosedChannelException();
                }
                changed.await();
            }
            if (content.size() > maxBytes) {
                throw new BodyTooLargeException(maxBytes);
            }
            return content.toByteArray();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while reading a request").initCause(e);
        } finally {
            lock.unlock();
        }
    }
}
