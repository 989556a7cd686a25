package dev.darter.registry.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * The bytes that an {@link UpstreamOrigin} was asked for, over as many connections as it takes. One thread reads; any may close, which wakes
 * the reader.
 */
public final class UpstreamBody implements OriginBody {

    /** Attempts without much progress in between, after which the origin counts as down. */
    private static final int FRUITLESS_ATTEMPTS = 3;
    /** Progress after which an attempt was worth it, and the count starts anew; so a broken body ends, and a long one may break often. */
    private static final long WORTH_IT = 1024 * 1024;
    private static final Duration WAIT_FOR_END = Duration.ofSeconds(1);

    private final Upstream upstream;
    private final UpstreamRequest request;
    private final HttpHeaders headers;
    private final Optional<String> etag;
    private final ByteBuffer skipped = ByteBuffer.allocate(64 * 1024);

    private volatile PositionedAnswer current;
    private volatile boolean closed;
    private volatile long size;
    private Span span;
    private long toSkip;
    private long position;
    private long resumedAt;
    private int fruitless;

    private UpstreamBody(Upstream upstream, UpstreamRequest request, Span span, OptionalLong size, PositionedAnswer first)
            throws OriginException {
        this.upstream = upstream;
        this.request = request;
        this.span = span;
        this.position = span.first();
        this.resumedAt = span.first();
        this.size = size.orElse(-1);
        this.headers = first.answer().headers();
        this.etag = first.strongTag();
        this.current = first;
        take(first);
    }

    static UpstreamBody open(Upstream upstream, UpstreamRequest request, OptionalLong size, Span span)
            throws IOException, InterruptedException {
        return new UpstreamBody(upstream, request, span, size, PositionedAnswer.open(upstream, request, span, Optional.empty()));
    }

    /** Headers of the first answer, for instance {@code Content-Type}. */
    public HttpHeaders headers() {
        return headers;
    }

    @Override
    public long blobSize() {
        return size;
    }

    @Override
    public long skips() {
        return current.skip();
    }

    @Override
    public Optional<String> etag() {
        return etag;
    }

    @Override
    public boolean readOn() {
        boolean isWhole = current.answer().status() == 200;
        if (isWhole) {
            span = new Span(span.first(), Span.TO_THE_END);
        }
        return isWhole;
    }

    /**
     * {@inheritDoc}
     *
     * @throws OriginException when the origin fails for good, with what its last answer meant; of kind WRONG_CONTENT when it sends more than the
     *             blob holds
     */
    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        while (true) {
            if (position == end()) {
                finish();
                return -1;
            }
            OriginException failure;
            try {
                int count = readCurrent(into);
                if (count > 0) {
                    position += count;
                    return count;
                }
                if (end() == Span.TO_THE_END) {
                    return -1; // The size is unknown, and this is where the body ended.
                }
                failure = new OriginException(Kind.UNAVAILABLE, "the body ended at byte " + position + " of " + end(), Optional.empty());
            } catch (OriginException broken) {
                failure = broken;
            }
            resume(failure);
        }
    }

    /** Where the reader's bytes end; {@link Span#TO_THE_END} while nobody knows. */
    private long end() {
        return size >= 0 ? Math.min(size, span.end()) : span.end();
    }

    private int readCurrent(ByteBuffer into) throws IOException {
        UpstreamAnswer answer = current.answer();
        while (toSkip > 0) {
            skipped.clear().limit((int) Math.min(skipped.capacity(), toSkip));
            int count = answer.read(skipped);
            if (count < 0) {
                return -1;
            }
            toSkip -= count;
        }
        int limit = into.limit();
        into.limit(into.position() + (int) Math.min(into.remaining(), end() - position));
        try {
            return answer.read(into);
        } finally {
            into.limit(limit);
        }
    }

    private void take(PositionedAnswer answer) throws OriginException {
        current = answer;
        toSkip = answer.skip();
        if (closed) {
            answer.answer().close();
            throw new OriginException(Kind.UNAVAILABLE, "closed while reading", Optional.empty());
        }
        // Neither side told the size, but an answer in part told where it ends.
        long told = answer.total().orElse(size < 0 && span.end() == Span.TO_THE_END ? answer.end().orElse(-1) : -1);
        if (told >= 0 && (size >= 0 ? told != size : told <= position && told > 0)) {
            answer.answer().close();
            throw new OriginException(Kind.WRONG_CONTENT, upstream.identity() + " has " + told + " bytes where "
                    + (size >= 0 ? size : "more than " + position) + " were expected", Optional.empty());
        }
        if (told >= 0) {
            size = told;
        }
    }

    private void resume(OriginException cause) throws IOException {
        if (!closed) {
            upstream.count(cause);
        }
        current.answer().close();
        fruitless = position - resumedAt >= WORTH_IT ? 0 : fruitless;
        resumedAt = position;
        OriginException failure = cause;
        while (!closed && failure.kind() == Kind.UNAVAILABLE && fruitless < FRUITLESS_ATTEMPTS) {
            try {
                Thread.sleep(upstream.timeouts().retryPause().multipliedBy(1L << fruitless));
                fruitless++;
                take(PositionedAnswer.open(upstream, request, new Span(position, span.end()), etag));
                return;
            } catch (OriginException again) {
                failure = again;
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw (InterruptedIOException) new InterruptedIOException("interrupted while resuming").initCause(interruption);
            }
        }
        throw failure;
    }

    /** All is read: sees the body off, so that its connection can be used again, and notices one that goes on. */
    private void finish() throws OriginException {
        boolean wantedAll = current.skip() == 0 || span.end() == Span.TO_THE_END || span.end() == size;
        skipped.clear().limit(1);
        try (UpstreamAnswer answer = current.answer()) {
            if (closed || answer.read(skipped, WAIT_FOR_END) < 0 || !wantedAll) {
                return;
            }
        } catch (IOException broken) {
            return; // After the last byte nothing can break that matters.
        }
        throw new OriginException(Kind.WRONG_CONTENT, upstream.identity() + " sent more than the blob's " + size + " bytes",
                Optional.empty());
    }

    @Override
    public void close() {
        closed = true;
        current.answer().close();
    }
}
