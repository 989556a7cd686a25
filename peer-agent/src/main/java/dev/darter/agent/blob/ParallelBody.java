package dev.darter.agent.blob;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * A large part of a blob that is read from its origin over several connections, where that is faster, and handed out in order. Each connection asks
 * for one {@link #PART} after the other, so nothing is ever asked for twice and no answer has to be cut.
 *
 * <p>The first part comes alone and tells how fast one connection is. Whatever is wrong later (a part that fails, that is not what was asked for, or
 * a round that is not faster) ends the reading ahead for good: parts that are under way are used, the rest comes with one request. A registry that has
 * refused a part is not asked again while others come, nor before a short pause that it wants is over: it may mind connections at the same time, and a
 * second refusal would cost what they bring.
 */
final class ParallelBody implements OriginBody {

    /** A few chunks: at 50 Mbit/s two thirds of a second, against which the time to ask is little. */
    static final int PART = 4 << 20;
    /** Parts that may be under way or waiting for those before them, for each connection: fast connections go on while a slow one is awaited. */
    private static final int WINDOW = 2;
    /** With less left to wait for, the requests are not worth what they can save, which is a part of this. */
    private static final long SLOW_NANOS = Duration.ofSeconds(2).toNanos();
    /** Several connections have to be faster than the one by so much: otherwise it is not the connection that is slow. */
    private static final double FASTER = 1.25;

    /** A registry may want a pause as long as this before the reading ends, and with it what was read ahead. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    /** What the registry calls over may be over by its clock only. */
    private static final Duration CLOCK_GRAIN = Duration.ofMillis(5);

    private final OriginAccess origin;
    private final OriginConnections connections;
    private final OriginConnections.Objection objection;
    private final long blobSize;
    private final Optional<String> etag;
    private final long end;
    /** In the order of the blob, without gaps, from the reader's position on. */
    private final ArrayDeque<ReadAhead> ahead = new ArrayDeque<>();
    private @Nullable OriginBody own;
    private long ownEnd;
    private long position;
    private int underway;
    private boolean closed;
    private boolean alone = true;
    private double aloneRate;
    private long roundBegunAt;
    private long roundBytes;

    /**
     * @param first the first {@link #PART}, from {@code offset} on
     * @param blobSize of the whole blob, where the origin does not tell it
     * @param objection told why reading ahead has failed
     */
    ParallelBody(OriginBody first, long offset, long end, long blobSize, OriginAccess origin, OriginConnections connections,
            OriginConnections.Objection objection) {
        this.origin = origin;
        this.connections = connections;
        this.objection = objection;
        this.blobSize = first.blobSize() < 0 ? blobSize : first.blobSize();
        this.etag = first.etag();
        this.end = end;
        this.own = first;
        this.ownEnd = offset + PART;
        this.position = offset;
        this.roundBegunAt = connections.nanoTime();
    }

    @Override
    public long blobSize() {
        return blobSize;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (into.hasRemaining() && position < end) {
            int count = own == null ? takeAhead(into) : readOwn(own, into);
            if (count > 0) {
                position += count;
                return count;
            }
        }
        return into.hasRemaining() ? -1 : 0;
    }

    /** Reads on this thread; 0 when what it was opened for is through. */
    private int readOwn(OriginBody from, ByteBuffer into) throws IOException {
        int count = from.read(into);
        if (count >= 0) {
            return count;
        }
        if (position < ownEnd) {
            throw new OriginException(Kind.UNAVAILABLE, "The origin's body ended early", Optional.empty());
        }
        from.close();
        ownIsThrough();
        return 0;
    }

    /** When it was the first part, and there is long to go at its rate, more connections are tried. */
    private synchronized void ownIsThrough() {
        own = null;
        if (aloneRate == 0) {
            long now = connections.nanoTime();
            aloneRate = (double) PART / (now - roundBegunAt);
            alone = (end - position) / aloneRate < SLOW_NANOS;
            roundBegunAt = now;
        }
    }

    /** Takes what was read ahead, and waits for it; 0 when something had to be asked for on this thread instead. */
    private int takeAhead(ByteBuffer into) throws IOException {
        long missingTo;
        synchronized (this) {
            ReadAhead head = awaitHead();
            int count = head == null ? 0 : head.take(into);
            if (count > 0) {
                return count;
            }
            if (head == null) {
                // Without room for parts that come early, one after the other comes on this thread.
                missingTo = alone ? end : Math.min(end, position + PART);
            } else {
                ahead.remove();
                connections.giveRoom();
                missingTo = head.end();
            }
            if (alone && position < missingTo) {
                waitWhile(() -> underway > 0, 0);
            }
        }
        if (position < missingTo) {
            readMyself(missingTo);
        }
        return 0;
    }

    /** The first part, when it has something to take or never will; null when there is none. */
    private @Nullable ReadAhead awaitHead() throws IOException {
        waitWhile(() -> {
            readMoreAhead();
            ReadAhead head = ahead.peek();
            return head != null && !head.hasMore() && !head.isThrough();
        }, 0);
        return ahead.peek();
    }

    /** @param millis after which to look again although nobody has said that anything is new; 0 for never */
    private synchronized void waitWhile(BooleanSupplier condition, long millis) throws IOException {
        checkOpen();
        try {
            while (condition.getAsBoolean()) {
                wait(millis);
                checkOpen();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return (InterruptedIOException) new InterruptedIOException("Interrupted while waiting for the origin").initCause(e);
    }

    private void readMoreAhead() {
        long next = ahead.isEmpty() ? position : ahead.getLast().end();
        while (!alone && next < end && underway < connections.most() && ahead.size() < WINDOW * connections.most()
                && connections.takeRoom()) {
            ReadAhead part = new ReadAhead(next, (int) Math.min(PART, end - next));
            ahead.add(part);
            underway++;
            part.readBy(Thread.ofVirtual().name("part of a blob from " + next).start(() -> receive(part)));
            next = part.end();
        }
    }

    private void readMyself(long to) throws IOException {
        try {
            OriginBody opened = openPatiently(to);
            synchronized (this) {
                own = opened;
                ownEnd = to;
                if (closed) {
                    opened.close();
                }
                checkOpen();
            }
            checkSize(opened);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private OriginBody openPatiently(long to) throws IOException, InterruptedException {
        try {
            return origin.open(position, to - position);
        } catch (OriginException failure) {
            Duration pause = failure.retryAfter().orElse(LONGEST_PAUSE).plus(CLOCK_GRAIN);
            if (failure.kind() != Kind.THROTTLED || pause.compareTo(LONGEST_PAUSE) > 0 || !isAnythingAhead()) {
                throw failure;
            }
            long until = System.nanoTime() + pause.toNanos();
            waitWhile(() -> until - System.nanoTime() > 0, pause.toMillis());
            return origin.open(position, to - position);
        }
    }

    private synchronized boolean isAnythingAhead() {
        return !ahead.isEmpty();
    }

    private void checkOpen() throws OriginException {
        if (closed) {
            throw new OriginException(Kind.UNAVAILABLE, "Closed while reading", Optional.empty());
        }
    }

    private void checkSize(OriginBody body) throws OriginException {
        if (body.blobSize() >= 0 && body.blobSize() != blobSize) {
            throw new OriginException(Kind.WRONG_CONTENT, "The origin has " + body.blobSize() + " bytes where it had " + blobSize,
                    Optional.empty());
        }
    }

    // --- on the thread of a part ---

    private void receive(ReadAhead part) {
        try (OriginBody body = origin.open(part.first(), part.length())) {
            begin(part, body);
            ByteBuffer free = part.free();
            while (free.hasRemaining()) {
                int count = body.read(free);
                if (count < 0) {
                    throw new OriginException(Kind.UNAVAILABLE, "The origin's body ended early", Optional.empty());
                }
                received(part, count);
            }
            // Sees it off, so that its connection can be used for the next part.
            body.read(ByteBuffer.allocate(1));
        } catch (IOException | InterruptedException | RuntimeException e) {
            failed(e);
        } finally {
            ended(part);
        }
    }

    private void begin(ReadAhead part, OriginBody body) throws OriginException {
        synchronized (this) {
            part.readFrom(body);
            checkOpen();
        }
        checkSize(body);
        if (body.skips() > 0 || !body.etag().equals(etag)) {
            throw new OriginException(Kind.UNAVAILABLE, "The origin answers parts of a blob in different ways", Optional.empty());
        }
    }

    private synchronized void received(ReadAhead part, int count) {
        part.received(count);
        roundBytes += count;
        if (roundBytes >= (long) connections.most() * PART) {
            long now = connections.nanoTime();
            alone |= roundBytes / (double) (now - roundBegunAt) < FASTER * aloneRate;
            roundBegunAt = now;
            roundBytes = 0;
        }
        notifyAll();
    }

    private synchronized void failed(Exception reason) {
        alone = true;
        if (!closed) {
            objection.accept(reason);
        }
    }

    private synchronized void ended(ReadAhead part) {
        part.noMore();
        underway--;
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (own != null) {
            own.close();
        }
        ahead.forEach(part -> {
            part.cancel();
            connections.giveRoom();
        });
        ahead.clear();
        notifyAll();
    }
}
