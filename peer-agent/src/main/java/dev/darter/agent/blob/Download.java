package dev.darter.agent.blob;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.swarm.Event;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.registry.BlobReader;
import dev.darter.registry.BlobRequest;
import dev.darter.registry.OriginException;
import dev.darter.store.Lookup;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoredBlob;

/**
 * One blob on its way to this host, for any number of readers. What is here of it is its {@link Content}; where the rest comes from is decided
 * by the swarm engine, which hears of the readers through events. Where nothing can be stored, every reader goes to the origin by itself.
 * Thread-safe; nothing waits for the disk under its lock.
 */
final class Download {

    /** How far the download is. */
    private enum Phase {
        /** The store is being asked what it has. */
        OPENING,
        /** The engine is at work. */
        RUNNING,
        /** Nothing more is decided here: the blob is proven, can't be stored, or nobody wanted it any longer. */
        ENDED
    }

    private final BlobKey blob;
    private final BlobContext context;
    private final Traffic traffic;
    private final ReaderList readers = new ReaderList();
    private final OriginSide origin = new OriginSide(this);
    private final Sizing sizing;
    private Phase phase = Phase.OPENING;
    private @Nullable Content content;
    private @Nullable Function<DownloadReader, BlobReader> elsewhere;

    /** @param work runs what blocks and must not hold up whoever asks for it, one after the other */
    Download(BlobKey blob, BlobContext context, Traffic traffic, Consumer<Runnable> work) {
        this.blob = blob;
        this.context = context;
        this.traffic = traffic;
        this.sizing = new Sizing(this, work);
    }

    BlobKey blob() {
        return blob;
    }

    BlobContext context() {
        return context;
    }

    Traffic traffic() {
        return traffic;
    }

    /** How long the blob is. */
    Sizing sizing() {
        return sizing;
    }

    /** What is being read of it from its registry by this host. */
    OriginSide origin() {
        return origin;
    }

    /** Signs what this host reads from the origin under a lease; with its own key where it reads by rank, without one. */
    Voucher voucher(long epoch) {
        return epoch == context.own().epoch() ? context.own().byRank() : context.keys().voucher(blob, context.own().signer(), epoch);
    }

    /** What is here, once the size is known and there is room, and as long as anybody uses it. */
    synchronized Optional<Content> content() {
        return Optional.ofNullable(content);
    }

    // --- its life ---

    /** Looks what the store has and tells the engine; may take long where a large partial blob is checked again. */
    void begin(OptionalLong told) {
        try {
            switch (context.store().find(blob)) {
                case Lookup.Partial(PartialBlob partial) -> sizing.found(partial, told);
                case Lookup.Complete(StoredBlob complete) -> {
                    // It was finished since somebody looked.
                    complete.close();
                    leaveTo(reader -> context.stored(blob)
                            .map(stored -> (BlobReader) new StoredReader(stored, traffic))
                            .orElseGet(() -> passThrough(reader)));
                    return;
                }
                case Lookup.Missing _ -> sizing.told(told);
            }
            run();
        } catch (IOException | RuntimeException e) {
            withoutStore(e);
        }
    }

    /** Goes on with this file, or with none, instead of the one that there was, which had another size; readers of that one end. */
    void use(Optional<PartialBlob> partial) throws IOException {
        Content fresh = partial.isEmpty() ? null : new Content(blob, partial.get(), context, this::wake);
        Content unused = exchange(fresh);
        if (unused != null) {
            unused.close();
        }
    }

    /** Returns the one that is not needed: that from before, or the new one. */
    private synchronized @Nullable Content exchange(@Nullable Content fresh) {
        if (phase == Phase.ENDED || elsewhere != null) {
            return fresh;
        }
        Content before = content;
        content = fresh;
        if (before != null) {
            readers.endMisled();
        }
        if (phase == Phase.RUNNING) {
            tell(new Event.Sized(blob, fresh == null ? -1 : fresh.layout().blobSize()));
            if (fresh != null && !fresh.servable().isEmpty()) {
                tell(new Event.Gained(blob, fresh.servable()));
            }
        }
        notifyAll();
        return before;
    }

    private synchronized void run() {
        if (elsewhere != null) {
            return;
        }
        if (content != null && content.isProven()) {
            phase = Phase.ENDED;
            tell(new Event.Held(blob, content.layout().blobSize()));
            return;
        }
        phase = Phase.RUNNING;
        tell(content == null
                ? new Event.Begin(blob, -1, new ChunkSet())
                : new Event.Begin(blob, content.layout().blobSize(), content.servable()));
        readers.all().forEach(this::tellOpened);
    }

    /** The engine needs this download no longer; where somebody has begun to read in the meantime, it starts again. True when it is over. */
    boolean end() {
        synchronized (this) {
            boolean isProven = content != null && content.isProven();
            if (isFed() && !isProven && !readers.isEmpty()) {
                run();
                return false;
            }
            phase = Phase.ENDED;
            origin.stop();
        }
        releaseIfUnused();
        return true;
    }

    /** The blob can't be stored: from now on every reader is on its own. */
    void withoutStore(Exception reason) {
        context.storeless().passesThrough(blob.digest(), reason, context.store().usage().quotaBytes());
        leaveTo(this::passThrough);
    }

    private BlobReader passThrough(DownloadReader reader) {
        PassThroughReader.OriginCount count = bytes -> {
            context.meters().receivedFromOrigin(bytes);
            traffic.origin(bytes);
        };
        return reader.wantsParts()
                ? new PassThroughParts(reader, count)
                : new PassThroughReader(blob.digest(), reader.request().origin(), count);
    }

    /** All readers read elsewhere from now on. */
    private synchronized void leaveTo(Function<DownloadReader, BlobReader> place) {
        if (phase == Phase.RUNNING) {
            readers.all().forEach(this::tellClosed);
        } else {
            phase = Phase.ENDED;
        }
        elsewhere = place;
        origin.stop();
        notifyAll();
    }

    /** The process ends: nothing more is read or given. */
    synchronized void stop() {
        fail(_ -> new IOException("The agent stops"));
        phase = Phase.ENDED;
        origin.stop();
    }

    /** Whether the engine is at work on it. */
    synchronized boolean isRunning() {
        return phase != Phase.ENDED;
    }

    /** Whether readers get what the engine brings. */
    private boolean isFed() {
        return phase == Phase.RUNNING && elsewhere == null;
    }

    SwarmBlobSource.Progress progress() {
        return content().map(here -> new SwarmBlobSource.Progress(blob, here.servableBytes(), here.layout().blobSize()))
                .orElse(new SwarmBlobSource.Progress(blob, 0, -1));
    }

    private void releaseIfUnused() {
        Content unused;
        synchronized (this) {
            if (phase != Phase.ENDED || !readers.isEmpty()) {
                return;
            }
            unused = content;
            content = null;
        }
        if (unused != null) {
            unused.close();
        }
    }

    // --- readers ---

    /** Adds a reader; empty when this download is over. */
    synchronized Optional<DownloadReader> join(long id, BlobRequest request) {
        if (phase == Phase.ENDED) {
            return Optional.empty();
        }
        DownloadReader reader = new DownloadReader(id, request, this);
        readers.add(reader);
        if (isFed()) {
            tellOpened(reader);
        }
        return Optional.of(reader);
    }

    private void tellOpened(DownloadReader reader) {
        for (ReaderPart part : reader.parts()) {
            tell(new Event.ReaderOpened(blob, part.id(), part.from(), part.to(), reader.origin().isPresent(), reader.readsAhead(),
                    reader.wantsRest()));
        }
    }

    private void tellClosed(DownloadReader reader) {
        reader.parts().forEach(part -> tell(new Event.ReaderClosed(blob, part.id())));
    }

    /** A reader wants what begins in another chunk now. */
    synchronized void moved(ReaderPart part) {
        if (phase == Phase.RUNNING) {
            tell(new Event.ReaderMoved(blob, part.id(), part.from()));
        }
    }

    void closed(DownloadReader reader) {
        synchronized (this) {
            reader.fail(new IOException("The reader was closed"));
            notifyAll();
            if (readers.remove(reader) && isFed()) {
                tellClosed(reader);
            }
        }
        releaseIfUnused();
    }

    /** What a reader asks of whoever he has to go to instead. */
    interface Elsewhere<T> {
        T from(BlobReader reader) throws IOException, InterruptedException;
    }

    /**
     * Waits until the content has the answer; an answer that is there wins over a failure.
     *
     * @param answer asked under this download's lock
     */
    <T> T await(DownloadReader reader, Function<Content, Optional<T>> answer, Elsewhere<T> otherwise)
            throws IOException, InterruptedException {
        Function<DownloadReader, BlobReader> place;
        synchronized (this) {
            for (place = elsewhere; place == null; place = elsewhere) {
                Optional<T> found = content == null || reader.isMisled() ? Optional.empty() : answer.apply(content);
                if (found.isPresent()) {
                    return found.get();
                }
                if (reader.failure().isPresent()) {
                    throw reader.failure().get();
                }
                wait();
            }
        }
        return otherwise.from(reader.elsewhere(place));
    }

    /** Ends those who read now; whoever comes later begins anew. */
    synchronized void fail(Function<Optional<OriginException>, IOException> reason) {
        readers.fail(reason);
        notifyAll();
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** A live caller whose credentials the origin has not refused. */
    synchronized Optional<DownloadReader> caller() {
        return readers.caller();
    }

    /** The origin does not give the blob to this caller. */
    synchronized void refused(DownloadReader caller, OriginException reason) {
        readers.refused(caller, reason);
    }

    // --- neighbours and the engine ---

    /** Learns from an announcement; true when states that are needed are still unknown. */
    boolean learn(HostId from, Have have) throws IOException {
        Optional<Content> here = content().filter(present -> present.layout().blobSize() == have.size());
        return here.isPresent() ? here.get().learn(from, have) : sizing.heard(from, have);
    }

    private void tell(Event event) {
        context.events().accept(event);
    }
}
