package dev.darter.registry.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * A body that is read while it arrives. The JDK's own {@code InputStream} body waits for ever for a server that has fallen silent; this one
 * gives up after a while. One thread reads; any may close, which wakes the reader. Closing before the end ends the connection, so nothing of
 * an abandoned body is received for nobody.
 */
final class StreamingBody implements BodySubscriber<StreamingBody>, AutoCloseable {

    /** Portions (of up to 64 KiB) that may lie here unread: enough for a fast link, little enough for a slow reader. */
    private static final int WINDOW = 8;
    /** Fewer bytes are no sign of life: a server that drips them would hold a reader for ever. */
    private static final int SIGN_OF_LIFE = 4096;

    private sealed interface Signal {
        record Bytes(List<ByteBuffer> buffers) implements Signal {}

        record End() implements Signal {}

        record Broken(Throwable cause) implements Signal {}
    }

    private final Duration stall;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ArrayDeque<ByteBuffer> unread = new ArrayDeque<>();
    private @Nullable Signal last;
    private long waitedNanos;
    private long receivedMeanwhile;

    StreamingBody(Duration stall) {
        this.stall = stall;
    }

    @Override
    public CompletionStage<StreamingBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Subscription newSubscription) {
        subscription.complete(newSubscription);
        newSubscription.request(WINDOW);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        signals.add(new Signal.Bytes(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        ended.set(true);
        signals.add(new Signal.Broken(cause));
    }

    @Override
    public void onComplete() {
        ended.set(true);
        signals.add(new Signal.End());
    }

    /** Reads at least one byte, or returns -1 at the end. Fails when it has waited for the stall timeout for no more than a few bytes. */
    int read(ByteBuffer into) throws IOException {
        return read(into, stall);
    }

    int read(ByteBuffer into, Duration patience) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        while (unread.isEmpty()) {
            if (!receive(patience)) {
                return -1;
            }
        }
        ByteBuffer from = unread.element();
        int count = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, from.position(), count);
        into.position(into.position() + count);
        from.position(from.position() + count);
        if (!from.hasRemaining()) {
            unread.remove();
        }
        return count;
    }

    private boolean receive(Duration patience) throws IOException {
        Signal signal = last != null ? last : next(patience);
        return switch (signal) {
            case Signal.Bytes(List<ByteBuffer> buffers) -> {
                buffers.stream().filter(ByteBuffer::hasRemaining).forEach(unread::add);
                receivedMeanwhile += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
                subscription.join().request(1);
                yield true;
            }
            case Signal.End() -> {
                last = signal;
                yield false;
            }
            case Signal.Broken(Throwable cause) -> {
                last = signal;
                throw unavailable("the connection broke: " + cause, cause);
            }
        };
    }

    private Signal next(Duration patience) throws IOException {
        if (receivedMeanwhile >= SIGN_OF_LIFE) {
            waitedNanos = 0;
            receivedMeanwhile = 0;
        }
        long start = System.nanoTime();
        try {
            Signal signal = signals.poll(patience.toNanos() - waitedNanos, TimeUnit.NANOSECONDS);
            waitedNanos += System.nanoTime() - start;
            if (signal == null) {
                close();
                throw unavailable("no more than " + receivedMeanwhile + " bytes came in " + patience.toMillis() + " ms", null);
            }
            return signal;
        } catch (InterruptedException interruption) {
            close();
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted while waiting for the origin").initCause(interruption);
        }
    }

    private static OriginException unavailable(String message, @Nullable Throwable cause) {
        OriginException failure = new OriginException(Kind.UNAVAILABLE, message, Optional.empty());
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    /** Ends the connection if the body is not through; idempotent. */
    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            var _ = subscription.thenAccept(Subscription::cancel);
            signals.add(new Signal.Broken(new IOException("closed")));
        }
    }
}
