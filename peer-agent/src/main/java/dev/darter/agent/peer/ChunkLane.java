package dev.darter.agent.peer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.peer.ChunkReceiver.Failure;
import dev.darter.agent.peer.DataConnection.Answer;
import dev.darter.protocol.HostId;
import dev.darter.service.TokenBucket;

/**
 * One data connection to a neighbour and the virtual thread that works on it: takes the next request, fetches, hands the bytes over, and keeps
 * the connection for the next. Opened when it is first needed; a connection that turned out to be dead while it was idle is replaced once.
 */
final class ChunkLane {

    private static final int PARTIAL_CONTENT = 206;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final long NO_REQUEST = -1;

    private final HostId self;
    private final InetSocketAddress address;
    private final LinkTimeouts timeouts;
    private final RequestQueue queue;
    private final BufferPool buffers;
    private final TokenBucket limit;
    private final ChunkReceiver receiver;
    private volatile @Nullable DataConnection connection;
    private volatile boolean closed;
    private volatile long current = NO_REQUEST;

    ChunkLane(String name, HostId self, InetSocketAddress address, LinkTimeouts timeouts, RequestQueue queue,
            BufferPool buffers, TokenBucket limit, ChunkReceiver receiver) {
        this.self = self;
        this.address = address;
        this.timeouts = timeouts;
        this.queue = queue;
        this.buffers = buffers;
        this.limit = limit;
        this.receiver = receiver;
        Thread.ofVirtual().name(name).start(this::work);
    }

    /** Ends the connection if it is working on this request, which then fails. */
    synchronized void abandon(long id) {
        if (current == id) {
            current = NO_REQUEST;
            drop();
        }
    }

    /** Under the same lock as {@link #abandon}, which must not hit the request that comes next. */
    private synchronized void worksOn(long id) {
        current = id;
    }

    /** Ends the connection; a request that is under way fails. The thread ends when the queue is closed. */
    void close() {
        closed = true;
        drop();
    }

    private void work() {
        for (Optional<ChunkRequest> request = queue.take(); request.isPresent(); request = queue.take()) {
            fetch(request.get());
        }
        drop();
    }

    private void fetch(ChunkRequest request) {
        worksOn(request.id());
        try {
            boolean reused = connection != null;
            DataConnection asked = connected();
            Answer answer;
            try {
                answer = asked.request(request, self);
            } catch (IOException e) {
                drop();
                if (!reused || closed || current == NO_REQUEST) {
                    throw e;
                }
                asked = connected();
                answer = asked.request(request, self);
            }
            receive(request, asked, answer);
        } catch (IOException e) {
            drop();
            receiver.failed(request, Failure.BROKEN);
        } finally {
            worksOn(NO_REQUEST);
        }
    }

    private void receive(ChunkRequest request, DataConnection asked, Answer answer) throws IOException {
        if (answer.status() != PARTIAL_CONTENT) {
            asked.skipBody(Math.max(0, answer.length()));
            receiver.failed(request, failureOf(answer.status()));
            return;
        }
        if (answer.length() != request.length()) {
            throw new IOException("Asked for " + request.length() + " bytes and was offered " + answer.length());
        }
        pace(request.length());
        byte[] buffer = buffers.take(request.length());
        try {
            long begin = System.nanoTime();
            asked.readBody(buffer, request.length(), timeouts.stall(), bytes -> receiver.progressed(request, bytes));
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            receiver.arrived(request, ByteBuffer.wrap(buffer, 0, request.length()), took);
        } finally {
            buffers.giveBack(buffer);
        }
    }

    /** Not reading is what slows the sender down. */
    private void pace(int bytes) throws IOException {
        try {
            limit.take(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Stopped while waiting for the download rate");
        }
    }

    private static Failure failureOf(int status) {
        return switch (status) {
            case GONE -> Failure.WITHDRAWN;
            case NOT_FOUND -> Failure.MISSING;
            default -> Failure.BROKEN;
        };
    }

    private DataConnection connected() throws IOException {
        DataConnection current = connection;
        if (current == null) {
            current = DataConnection.open(address, timeouts.connect());
            connection = current;
            if (closed) {
                drop();
                throw new IOException("The link to the neighbour was closed");
            }
        }
        return current;
    }

    private void drop() {
        DataConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }
}
