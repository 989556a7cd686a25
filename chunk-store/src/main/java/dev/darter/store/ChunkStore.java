package dev.darter.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;
import dev.darter.store.StoredSummary.Completeness;

/**
 * The local content store: complete blobs, and partial ones that are being downloaded. One copy of a digest, with the registries it came from: for
 * a caller of another registry it isn't there. Thread-safe; methods may block on the disk.
 */
public final class ChunkStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);

    private final Disk disk;
    private final Folders folders;
    private final Closeable folderLock;
    private final ExecutorService background;
    private final Contents contents;
    private final Residents residents;
    private final BorrowedBlobs borrowed;
    private final Downloads downloads;
    private final AtomicBoolean closed = new AtomicBoolean();

    ChunkStore(StoreOptions options, InstantSource clock, Disk disk, Closeable folderLock, ExecutorService background) throws IOException {
        this.disk = disk;
        this.folders = new Folders(options.data());
        this.folderLock = folderLock;
        this.background = background;
        Trash trash = new Trash(disk, folders.trash());
        this.contents = new Contents(folders, EvictionPolicy.of(options), trash, clock);
        trash.open();
        Optional<Set<Digest>> doubtful = new Scan(disk, folders, contents, trash).run();

        this.residents = new Residents(disk, folders, contents);
        this.borrowed = new BorrowedBlobs(disk, folders, contents, doubtful);
        this.downloads = new Downloads(contents, new Recovery(disk, folders, background), new Publisher(disk, folders, contents, trash),
                background);
    }

    /** Opens the store in a folder, which is created if it is missing. {@link StoreException.Code#LOCKED} when another process uses it. */
    public static ChunkStore open(StoreOptions options, InstantSource clock) throws StoreException {
        Disk disk = new RealDisk();
        try {
            disk.createDirectories(options.data());
            FolderLock lock = FolderLock.take(new Folders(options.data()).lock());
            try {
                ChunkStore store = new ChunkStore(options, clock, disk, lock, Executors.newVirtualThreadPerTaskExecutor());
                store.enforceQuota();
                return store;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw StoreException.of("Can't open the store in " + options.data(), e);
        }
    }

    /** The quota may be smaller than it was, and a crash may have undone deletions. */
    void enforceQuota() {
        contents.enforceQuota();
    }

    /**
     * What there is of a blob, for callers of this registry. A complete blob is hashed first if the store was not stopped in order; one that turns
     * out to be damaged is thrown away.
     */
    public Lookup find(BlobKey key) throws StoreException {
        Lookup known = peek(key);
        return known instanceof Lookup.Missing ? downloads.find(key).<Lookup>map(Lookup.Partial::new).orElse(known) : known;
    }

    /** As {@link #find}, but partial blobs that nobody uses now are not looked at: to open one means to hash what is there of it. */
    public Lookup peek(BlobKey key) throws StoreException {
        requireOpen();
        Optional<StoredBlob> complete = residents.find(key);
        if (complete.isPresent()) {
            return new Lookup.Complete(complete.get());
        }
        return downloads.inUse(key).<Lookup>map(Lookup.Partial::new).orElseGet(Lookup.Missing::new);
    }

    /**
     * Starts a download, or joins the one that is under way, or goes on with what is on disk.
     *
     * @param size of the blob in bytes
     * @throws StoreException {@link StoreException.Code#FULL} when there is no room, {@link StoreException.Code#SIZE_CONFLICT} when one of another
     *         size is under way
     */
    public PartialBlob begin(BlobKey key, long size) throws StoreException {
        requireOpen();
        return downloads.begin(key, ChunkLayout.forSize(size));
    }

    /**
     * As {@link #begin}, where the size is now known for certain: what is there of another size is thrown away. Whoever uses that can go on
     * until he closes it, but nothing comes of it any more.
     *
     * @throws StoreException {@link StoreException.Code#SIZE_CONFLICT} when the one of another size is proven
     */
    public PartialBlob restart(BlobKey key, long size) throws StoreException {
        requireOpen();
        return downloads.restart(key, ChunkLayout.forSize(size));
    }

    /** The registries that a complete blob came from; empty when it isn't there. */
    public Set<String> sources(Digest digest) {
        return contents
                .locked(() -> contents.residents.containsKey(digest) ? Set.copyOf(contents.residents.get(digest).sources) : Set.of());
    }

    /** All complete blobs and all partial ones, these once for each registry. */
    public List<StoredSummary> list() {
        return contents.locked(() -> {
            List<StoredSummary> all = new ArrayList<>();
            contents.residents.values()
                    .forEach(resident -> all.add(new StoredSummary(resident.digest, resident.size(), Set.copyOf(resident.sources),
                            Completeness.COMPLETE, resident.layout.count())));
            contents.downloads.values()
                    .stream()
                    .filter(download -> !download.published)
                    .forEach(download -> all.add(new StoredSummary(download.key.digest(), download.layout.blobSize(),
                            Set.of(download.key.registry()),
                            Completeness.PARTIAL, download.open == null ? download.chunksOnDisk : download.open.verified().size())));
            return all;
        });
    }

    /** Blobs that somebody else keeps as files on this host. */
    public BorrowedBlobs borrowed() {
        return borrowed;
    }

    /** What it takes up. */
    public StoreUsage usage() {
        return contents.usage();
    }

    /** Throws a complete blob away. Whoever reads it can go on; a download that is under way isn't touched. */
    public void remove(Digest digest) {
        Optional<Resident> resident = contents.locked(() -> Optional.ofNullable(contents.residents.get(digest)));
        resident.ifPresent(contents::discard);
    }

    /** Keeps a blob, complete or partial, here now or later, from being evicted. */
    public Pin pin(Digest digest) {
        contents.locked(() -> contents.pins.merge(digest, 1, Integer::sum));
        AtomicBoolean pinned = new AtomicBoolean(true);
        return () -> {
            if (pinned.getAndSet(false)) {
                contents.locked(
                        () -> Optional.ofNullable(contents.pins.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1)));
            }
        };
    }

    /** Calls the listener, on some thread, after a complete blob was evicted, removed, or thrown away as damaged. */
    public void onEvicted(Consumer<Digest> listener) {
        contents.onEvicted(listener);
    }

    /** Hashes a complete blob now and throws it away if it is damaged. True when it is there and sound. */
    public boolean verify(Digest digest) throws StoreException {
        return residents.verify(digest, _ -> {});
    }

    /**
     * Hashes all complete blobs, one after the other, and throws the damaged ones away. One that can't be opened now is left for the next time.
     *
     * @param progress gets the number of bytes after each chunk; it may block, to slow the scrub down
     * @return the damaged ones
     */
    public List<Digest> scrub(LongConsumer progress) {
        List<Digest> damaged = new ArrayList<>();
        for (Digest digest : contents.locked(() -> List.copyOf(contents.residents.keySet()))) {
            try {
                if (!residents.verify(digest, progress) && contents.locked(() -> !contents.residents.containsKey(digest))) {
                    damaged.add(digest);
                }
            } catch (StoreException e) {
                LOG.warn("Blob {} could not be checked", digest, e);
            }
        }
        return damaged;
    }

    /** Waits for blobs that are on their way to their place, and notes that the stop was in order. A second call does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        background.close();
        try (folderLock) {
            downloads.close();
            CleanStop.write(disk, folders, residents.doubtful());
        } catch (IOException e) {
            // Costs time only: without the note all blobs are hashed before they are used again.
            LOG.warn("Can't note in {} that the store was stopped in order", folders.root(), e);
        }
    }

    private void requireOpen() throws StoreException {
        if (closed.get()) {
            throw new StoreException(StoreException.Code.CLOSED, "The store is closed");
        }
    }
}
