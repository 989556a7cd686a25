package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

import dev.darter.agent.swarm.Event;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkLayout;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;
import dev.darter.store.AppendResult;
import dev.darter.store.OriginAppender;

/**
 * Reads a blob from its origin in order, with one request unless {@link OriginConnections} allow several: bytes go to the store, the states that
 * come out are signed, progress goes to the engine.
 */
final class OriginReader extends OriginTask {

    private static final int BUFFER = 256 << 10;
    private static final long REPORT_NANOS = Duration.ofMillis(200).toNanos();

    private final int from;
    private final int to;
    private volatile int boundary;

    /**
     * @param from the first chunk that is wanted
     * @param to the chunk before which to stop; -1 for the end
     */
    OriginReader(Download download, long epoch, int from, int to) {
        super(download, epoch);
        this.from = from;
        this.to = to;
        this.boundary = from;
    }

    @Override
    void tell(Ended ended) {
        download().context()
                .events()
                .accept(new Event.OriginEnded(download().blob(), epoch(), ended.outcome(), boundary, ended.retryAfter().toMillis()));
    }

    @Override
    Ended readWith(OriginAccess origin) throws IOException, InterruptedException {
        while (!isStopped()) {
            Optional<Content> here = download().content();
            if (here.isEmpty()) {
                return readOfUnknownSize(origin);
            }
            if (!here.get().chainLone(download().voucher(epoch()))) {
                return Ended.with(Outcome.FALSE_CHAIN);
            }
            ChunkLayout layout = here.get().layout();
            // Where another caller's credentials have failed, this goes on behind what came with them.
            OriginAppender appender = here.get().partial().appender(boundary);
            long end = to < 0 ? layout.blobSize() : Math.min(layout.blobSize(), layout.offset(to));
            OriginAccess several = download().context().origins().to(origin, download().blob(), layout.blobSize());
            try (OriginBody opened = open(several, appender.offset(), to < 0 ? -1 : end - appender.offset())) {
                OriginBody sized = opened.blobSize() < 0 && appender.offset() == 0 && to < 0 ? WholeBody.read(opened) : opened;
                Optional<Ended> ended = sized.blobSize() >= 0 && sized.blobSize() != layout.blobSize()
                        ? Optional.of(beginAnew(sized.blobSize()))
                        : append(here.get(), appender, sized);
                if (ended.isPresent()) {
                    return ended.get();
                }
            }
        }
        return Ended.with(Outcome.GIVEN_UP);
    }

    /** The answer tells the size, or has to be read to its end to know it. */
    private Ended readOfUnknownSize(OriginAccess origin) throws IOException, InterruptedException {
        try (OriginBody opened = open(origin, 0, -1)) {
            OriginBody sized = opened.blobSize() >= 0 ? opened : WholeBody.read(opened);
            download().sizing().corrected(sized.blobSize());
            Optional<Content> here = download().content();
            if (here.isEmpty()) {
                return Ended.with(Outcome.GIVEN_UP);
            }
            return append(here.get(), here.get().partial().appender(0), sized).orElse(Ended.with(Outcome.UNAVAILABLE));
        }
    }

    /** The blob is of another size than was thought: with what was read so far nothing can be done. The engine says from where to read it again. */
    private Ended beginAnew(long size) throws OriginException {
        download().sizing().corrected(size);
        boundary = 0;
        return Ended.with(Outcome.DONE);
    }

    /** Empty when it has to be begun anew, since the chain was rewound meanwhile. */
    private Optional<Ended> append(Content here, OriginAppender appender, OriginBody opened) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        boundary = appender.start();
        long nextReport = System.nanoTime();
        while (!isStopped() && boundary < (to < 0 ? here.layout().count() : to)) {
            int received = opened.read(buffer.clear());
            if (received < 0) {
                throw new OriginException(Kind.UNAVAILABLE, "The origin's body ended early", Optional.empty());
            }
            if (here.isClosed()) {
                // Neighbours have shown meanwhile that the blob is of another size.
                boundary = 0;
                return Optional.of(Ended.with(Outcome.DONE));
            }
            count(received);
            // What comes after the end is nothing to this blob; whether it is the right one is seen from what came before.
            buffer.limit((int) Math.min(buffer.position(), here.layout().blobSize() - appender.offset()));
            int before = boundary;
            AppendResult result = appender.append(buffer.position(0));
            if (!(result instanceof AppendResult.Progress progress)) {
                return fault(here, result);
            }
            boundary = progress.nextChunk();
            here.computed(download().voucher(epoch()), progress.firstBoundary(), progress.states());
            if (boundary > before || System.nanoTime() - nextReport >= 0) {
                report(here.layout());
                nextReport = System.nanoTime() + REPORT_NANOS;
            }
        }
        return Optional.of(Ended.with(isStopped() ? Outcome.GIVEN_UP : Outcome.DONE));
    }

    private Optional<Ended> fault(Content here, AppendResult result) throws IOException {
        return switch (result) {
            case AppendResult.Progress _ -> Optional.of(Ended.with(Outcome.DONE));
            case AppendResult.Superseded _ -> {
                boundary = from;
                yield Optional.empty();
            }
            case AppendResult.Conflict(int at) -> Optional.of(falseChain(here, at));
            case AppendResult.Unclosed(int firstDoubtful) -> Optional.of(falseChain(here, Math.max(1, firstDoubtful)));
            case AppendResult.TooLong _ -> Optional.of(Ended.with(Outcome.DONE));
            case AppendResult.Full _ -> {
                download().withoutStore(new IOException("The disk is full"));
                yield Optional.of(Ended.with(Outcome.GIVEN_UP));
            }
        };
    }

    private Ended falseChain(Content here, int firstDoubtful) throws IOException {
        here.broken(firstDoubtful);
        boundary = firstDoubtful;
        return Ended.with(Outcome.FALSE_CHAIN);
    }

    private void report(ChunkLayout layout) {
        if (!isStopped()) {
            download().context().events().accept(new Event.OriginProgress(download().blob(), epoch(), layout.blobSize(), boundary));
        }
    }
}
