package dev.darter.agent.blob;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.swarm.Event;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.registry.BlobBytes;
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
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ReaderList readers = new ReaderList();
    private final OriginSide origin = new OriginSide(this);
    private final Sizing sizing;
    private Phase phase = Phase.OPENING;
    private boolean released;
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

    /** Signs what this host reads from the origin under a lease; with its own key where it reads by rank, without one. */
    Voucher voucher(long epoch) {
        return epoch == context.own().epoch() ? context.own().byRank() : context.keys().voucher(blob, context.own().signer(), epoch);
    }

    /** What is here, once the size is known and there is room. */
    Optional<Content> content() {
        lock.lock();
        try {
            return Optional.ofNullable(content);
        } finally {
            lock.unlock();
        }
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
        Content before;
        lock.lock();
        try {
            before = content;
            if (phase == Phase.ENDED || released || elsewhere != null) {
                before = fresh;
            } else {
                content = fresh;
                if (before != null) {
                    readers.endMisled();
                }
                if (phase == Phase.RUNNING) {
                    tellSize(fresh);
                }
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (before != null) {
            before.close();
        }
    }

    private void tellSize(@Nullable Content fresh) {
        context.events().accept(new Event.Sized(blob, fresh == null ? -1 : fresh.layout().blobSize()));
        if (fresh != null && !fresh.servable().isEmpty()) {
            context.events().accept(new Event.Gained(blob, fresh.servable()));
        }
    }

    private void run() {
        lock.lock();
        try {
            if (elsewhere != null) {
                return;
            }
            Content here = content;
            if (here != null && here.isProven()) {
                phase = Phase.ENDED;
                context.events().accept(new Event.Held(blob, here.layout().blobSize()));
                return;
            }
            phase = Phase.RUNNING;
            long size = here == null ? -1 : here.layout().blobSize();
            ChunkSet servable = here == null ? new ChunkSet() : here.servable();
            context.events().accept(new Event.Begin(blob, size, servable));
            readers.all().forEach(this::tellOpened);
        } finally {
            lock.unlock();
        }
    }

    /** The engine needs this download no longer; where somebody has begun to read in the meantime, it starts again. True when it is over. */
    boolean end() {
        lock.lock();
        try {
            boolean proven = content != null && content.isProven();
            if (phase == Phase.RUNNING && !proven && elsewhere == null && !readers.isEmpty()) {
                run();
                return false;
            }
            phase = Phase.ENDED;
            origin.stop();
        } finally {
            lock.unlock();
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
    private void leaveTo(Function<DownloadReader, BlobReader> place) {
        lock.lock();
        try {
            if (phase == Phase.RUNNING) {
                readers.all().forEach(this::tellClosed);
            } else {
                phase = Phase.ENDED;
            }
            elsewhere = place;
            origin.stop();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The process ends: nothing more is read or given. */
    void stop() {
        fail(_ -> new IOException("The agent stops"));
        lock.lock();
        try {
            phase = Phase.ENDED;
            origin.stop();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the engine is at work on it. */
    boolean isRunning() {
        lock.lock();
        try {
            return phase != Phase.ENDED;
        } finally {
            lock.unlock();
        }
    }

    SwarmBlobSource.Progress progress() {
        return content().map(here -> new SwarmBlobSource.Progress(blob, here.servableBytes(), here.layout().blobSize()))
                .orElse(new SwarmBlobSource.Progress(blob, 0, -1));
    }

    private void releaseIfUnused() {
        Content unused;
        lock.lock();
        try {
            if (phase != Phase.ENDED || !readers.isEmpty() || released) {
                return;
            }
            released = true;
            unused = content;
        } finally {
            lock.unlock();
        }
        if (unused != null) {
            unused.close();
        }
    }

    // --- readers ---

    /** Adds a reader; empty when this download is over. */
    Optional<DownloadReader> join(long id, BlobRequest request) {
        lock.lock();
        try {
            if (phase == Phase.ENDED) {
                return Optional.empty();
            }
            DownloadReader reader = new DownloadReader(id, request, this);
            readers.add(reader);
            if (phase == Phase.RUNNING && elsewhere == null) {
                tellOpened(reader);
            }
            return Optional.of(reader);
        } finally {
            lock.unlock();
        }
    }

    private void tellOpened(DownloadReader reader) {
        for (ReaderPart part : reader.parts()) {
            context.events().accept(new Event.ReaderOpened(blob, part.id(), part.from(), part.to(), reader.origin().isPresent()));
        }
    }

    private void tellClosed(DownloadReader reader) {
        reader.parts().forEach(part -> context.events().accept(new Event.ReaderClosed(blob, part.id())));
    }

    void closed(DownloadReader reader) {
        lock.lock();
        try {
            reader.fail(new IOException("The reader was closed"));
            changed.signalAll();
            if (readers.remove(reader) && phase == Phase.RUNNING && elsewhere == null) {
                tellClosed(reader);
            }
        } finally {
            lock.unlock();
        }
        releaseIfUnused();
    }

    long awaitSize(DownloadReader reader) throws IOException, InterruptedException {
        return await(reader, here -> {
            reader.toldSize();
            return Optional.of(here.layout().blobSize());
        }, BlobReader::size);
    }

    BlobBytes read(DownloadReader reader, long offset, long maxLength) throws IOException, InterruptedException {
        return await(reader, here -> {
            if (offset >= here.layout().blobSize()) {
                reader.fail(new IOException("There is nothing behind the " + here.layout().blobSize() + " bytes of " + blob.digest()));
                return Optional.empty();
            }
            Optional<ReaderPart> moved = reader.movedTo(offset, here.layout().chunkAt(offset));
            if (moved.isPresent() && phase == Phase.RUNNING) {
                context.events().accept(new Event.ReaderMoved(blob, moved.get().id(), offset));
            }
            long readable = Math.min(maxLength, reader.wantsParts() ? here.readablePart(offset) : here.readable(offset));
            // Asked after what can be read: bytes that were found to be false are told of before others take their place.
            if (reader.isDeceived(here)) {
                reader.fail(new IOException("What was sent of " + blob.digest() + " was false"));
                return Optional.empty();
            }
            if (readable <= 0) {
                return Optional.empty();
            }
            reader.given(offset + readable);
            return Optional.of(new BlobBytes.InFile(here.file(), offset, readable));
        }, through -> through.read(offset, maxLength));
    }

    private interface Elsewhere<T> {
        T from(BlobReader reader) throws IOException, InterruptedException;
    }

    /** Waits until the content has the answer; an answer that is there wins over a failure. */
    private <T> T await(DownloadReader reader, Function<Content, Optional<T>> answer, Elsewhere<T> otherwise)
            throws IOException, InterruptedException {
        Function<DownloadReader, BlobReader> place;
        lock.lockInterruptibly();
        try {
            for (place = elsewhere; place == null; place = elsewhere) {
                Optional<T> found = content == null || reader.isMisled() ? Optional.empty() : answer.apply(content);
                if (found.isPresent()) {
                    return found.get();
                }
                if (reader.failure().isPresent()) {
                    throw reader.failure().get();
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
        return otherwise.from(reader.elsewhere(place));
    }

    /** Ends those who read now; whoever comes later begins anew. */
    void fail(Function<Optional<OriginException>, IOException> reason) {
        lock.lock();
        try {
            readers.fail(reason);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // --- neighbours and the origin ---

    /** Learns from an announcement; true when states that are needed are still unknown. */
    boolean learn(HostId from, Have have) throws IOException {
        Optional<Content> here = content().filter(present -> present.layout().blobSize() == have.size());
        return here.isPresent() ? here.get().learn(from, have) : sizing.heard(from, have);
    }

    /** Begins to read the origin; an earlier reading ends. */
    void readOrigin(long epoch, int from, int to) {
        lock.lock();
        try {
            if (phase == Phase.RUNNING && elsewhere == null) {
                origin.read(epoch, from, to);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins to read some chunks from the origin out of order. */
    void readAlone(long epoch, int from, int to) {
        lock.lock();
        try {
            if (phase == Phase.RUNNING && elsewhere == null) {
                origin.readAlone(epoch, from, to);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A reading of the origin has ended by itself. */
    void ended(OriginTask task) {
        lock.lock();
        try {
            origin.ended(task);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all reading under this lease. */
    void stopOrigin(long epoch) {
        lock.lock();
        try {
            origin.stop(epoch);
        } finally {
            lock.unlock();
        }
    }

    /** A live caller whose credentials the origin has not refused. */
    Optional<DownloadReader> caller() {
        lock.lock();
        try {
            return readers.caller();
        } finally {
            lock.unlock();
        }
    }

    /** The origin does not give the blob to this caller. */
    void refused(DownloadReader caller, OriginException reason) {
        lock.lock();
        try {
            readers.refused(caller, reason);
        } finally {
            lock.unlock();
        }
    }
}
