package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/** A registry's blob, given as a test says: with a rate by a clock that only its bytes move, with faults, and with a count of what was given. */
final class ScriptedOrigin implements OriginAccess {

    /** How one request is answered. */
    sealed interface Answer {
        record Good() implements Answer {}

        /** Nothing is given. */
        record Refused(Kind kind, Optional<Duration> retryAfter) implements Answer {
            Refused(Kind kind) {
                this(kind, Optional.empty());
            }
        }

        /** The body breaks after so many bytes. */
        record Cut(int after, Kind meaning) implements Answer {}

        record OtherTag() implements Answer {}

        /** The whole blob instead of the part. */
        record Whole() implements Answer {}

        /** Nothing comes until it is closed. */
        record Silent() implements Answer {}
    }

    /** Decides by the offset that is asked for. */
    interface Script {
        Answer answer(long offset);
    }

    private final byte[] bytes;
    private final Script script;
    private final List<FakeOrigin.Asked> asked = new CopyOnWriteArrayList<>();
    private final AtomicLong given = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    final AtomicLong nanos = new AtomicLong();
    /** What it takes to give one byte while so many bodies are open. */
    volatile long nanosPerByte = 1000;
    /** Bodies but for the first give nothing before so many more were opened. */
    volatile CountDownLatch together = new CountDownLatch(0);

    ScriptedOrigin(byte[] bytes, Script script) {
        this.bytes = bytes;
        this.script = script;
    }

    /** The requests, in the order of the blob. */
    List<FakeOrigin.Asked> asked() {
        return asked.stream().sorted(Comparator.comparingLong(FakeOrigin.Asked::first)).toList();
    }

    /** Bytes that were given away, also what nobody wanted. */
    long given() {
        return given.get();
    }

    int openNow() {
        return open.get();
    }

    int mostOpen() {
        return mostOpen.get();
    }

    @Override
    public OriginBody open(long offset) throws IOException {
        return open(offset, bytes.length - offset);
    }

    @Override
    public OriginBody open(long offset, long length) throws IOException {
        asked.add(new FakeOrigin.Asked(offset, offset + length));
        Answer answer = script.answer(offset);
        if (answer instanceof Answer.Refused(Kind kind, Optional<Duration> retryAfter)) {
            throw new OriginException(kind, "as the test wants it", retryAfter);
        }
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        if (offset > 0) {
            together.countDown();
        }
        return new Body(offset, offset + length, answer);
    }

    private final class Body implements OriginBody {

        private final Answer answer;
        private final long first;
        private final CountDownLatch closed = new CountDownLatch(1);
        private long position;
        private long end;

        Body(long first, long end, Answer answer) {
            this.first = first;
            this.position = first;
            this.end = end;
            this.answer = answer;
        }

        @Override
        public long blobSize() {
            return bytes.length;
        }

        @Override
        public long skips() {
            return answer instanceof Answer.Whole ? first : 0;
        }

        @Override
        public boolean readOn() {
            boolean isWhole = answer instanceof Answer.Whole;
            end = isWhole ? bytes.length : end;
            return isWhole;
        }

        @Override
        public Optional<String> etag() {
            return Optional.of(answer instanceof Answer.OtherTag ? "\"other\"" : "\"tag\"");
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            await();
            if (closed.getCount() == 0) {
                throw new OriginException(Kind.UNAVAILABLE, "closed", Optional.empty());
            }
            long limit = end;
            if (answer instanceof Answer.Cut(int after, Kind meaning)) {
                limit = first + after;
                if (position == limit) {
                    throw new OriginException(meaning, "cut, as the test wants it", Optional.empty());
                }
            }
            if (position == end) {
                return -1;
            }
            int count = (int) Math.min(Math.min(into.remaining(), 100_000), limit - position);
            into.put(bytes, (int) position, count);
            position += count;
            given.addAndGet(count);
            nanos.addAndGet(count * nanosPerByte);
            return count;
        }

        private void await() throws IOException {
            try {
                if (first > 0) {
                    together.await();
                }
                if (answer instanceof Answer.Silent) {
                    closed.await();
                }
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            if (closed.getCount() > 0) {
                closed.countDown();
                open.decrementAndGet();
            }
        }
    }
}
