package dev.darter.store;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;

/** Partial blobs: beginning, joining and finishing them. */
final class Downloads implements PartialBlob.Home {

    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

    private final Contents contents;
    private final Recovery recovery;
    private final Publisher publisher;
    private final ExecutorService background;

    Downloads(Contents contents, Recovery recovery, Publisher publisher, ExecutorService background) {
        this.contents = contents;
        this.recovery = recovery;
        this.publisher = publisher;
        this.background = background;
    }

    Optional<PartialBlob> find(BlobKey key) throws StoreException {
        while (true) {
            Optional<Download> found = using(key);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Optional<PartialBlob> opened = open(found.get());
            if (opened.isPresent()) {
                return opened;
            }
        }
    }

    /** The partial blob if it is open. */
    Optional<PartialBlob> inUse(BlobKey key) {
        return contents.locked(() -> Optional.ofNullable(contents.downloads.get(key))
                .filter(download -> download.open != null)
                .map(Downloads::use)
                .map(download -> download.open));
    }

    PartialBlob begin(BlobKey key, ChunkLayout layout) throws StoreException {
        while (true) {
            Optional<Download> found = using(key);
            if (found.isEmpty()) {
                reserve(key, layout);
            } else if (found.get().layout.equals(layout)) {
                Optional<PartialBlob> opened = open(found.get());
                if (opened.isPresent()) {
                    return opened.get();
                }
            } else {
                replace(found.get(), layout);
            }
        }
    }

    /** As {@link #begin}, but what is there of another size is thrown away even while it is used. */
    PartialBlob restart(BlobKey key, ChunkLayout layout) throws StoreException {
        Optional<Download> other = contents.locked(() -> Optional.ofNullable(contents.downloads.get(key)))
                .filter(found -> !found.layout.equals(layout));
        if (other.isPresent()) {
            // Not while it is being opened: its files would come into being where the new ones belong.
            other.get().opening.lock();
            try {
                contents.discardUsed(other.get());
            } finally {
                other.get().opening.unlock();
            }
        }
        return begin(key, layout);
    }

    private Optional<Download> using(BlobKey key) {
        return contents.locked(() -> Optional.ofNullable(contents.downloads.get(key)).map(Downloads::use));
    }

    private static Download use(Download download) {
        download.users++;
        return download;
    }

    private void reserve(BlobKey key, ChunkLayout layout) throws StoreException {
        if (!contents.reserve(layout.blobSize())) {
            throw new StoreException(StoreException.Code.FULL,
                    "The store has no room for " + layout.blobSize() + " bytes of " + key.digest());
        }
        contents.locked(() -> {
            if (contents.downloads.putIfAbsent(key, new Download(key, layout, contents.clock().instant())) != null) {
                contents.count(-layout.blobSize());
            }
            return key;
        });
    }

    /** Throws away a download of another size, unless somebody uses it. */
    private void replace(Download other, ChunkLayout layout) throws StoreException {
        boolean unused = contents.locked(() -> leave(other));
        if (!unused) {
            throw new StoreException(StoreException.Code.SIZE_CONFLICT,
                    "A download of " + other.key.digest() + " with " + other.layout.blobSize()
                            + " bytes is under way, so it can't have " + layout.blobSize());
        }
        contents.discard(other);
    }

    /** Empty when it was thrown away since it was found. */
    private Optional<PartialBlob> open(Download download) throws StoreException {
        download.opening.lock();
        try {
            if (contents.locked(() -> contents.downloads.get(download.key) != download)) {
                contents.locked(() -> leave(download));
                return Optional.empty();
            }
            PartialBlob open = download.open;
            if (open != null) {
                return Optional.of(open);
            }
            PartialBlob opened = new PartialBlob(download.key, this, recovery.open(download.key, download.layout));
            contents.locked(() -> download.open = opened);
            if (opened.isProven()) {
                proven(opened);
            }
            return Optional.of(opened);
        } catch (IOException e) {
            contents.locked(() -> leave(download));
            throw StoreException.of("Can't open the partial blob " + download.key.digest(), e);
        } finally {
            download.opening.unlock();
        }
    }

    @Override
    public void proven(PartialBlob blob) {
        Optional<Download> toPublish = contents.locked(() -> Optional.ofNullable(contents.downloads.get(blob.key()))
                .filter(download -> download.open == blob && !download.publishing)
                .map(download -> {
                    download.publishing = true;
                    return use(download);
                }));
        toPublish.ifPresent(download -> background.execute(() -> publish(download, blob)));
    }

    private void publish(Download download, PartialBlob blob) {
        try {
            publisher.publish(download, blob);
        } catch (IOException | RuntimeException e) {
            // It stays a partial blob with all its chunks, and is found to be proven when it is opened the next time.
            LOG.warn("Can't move blob {} to its place", download.key.digest(), e);
        } finally {
            release(blob);
        }
    }

    @Override
    public boolean freeDisk(long bytes) {
        return contents.free(bytes);
    }

    @Override
    public void release(PartialBlob blob) {
        contents.locked(() -> {
            Download download = contents.downloads.get(blob.key());
            if (download == null || download.open != blob) {
                download = contents.discarded.get(blob);
            }
            if (download == null) {
                throw new IllegalStateException("A partial blob was closed too often");
            }
            return leave(download);
        });
    }

    /** True when that was the last user. In the lock of the contents. */
    private boolean leave(Download download) {
        download.users--;
        PartialBlob open = download.open;
        if (download.users > 0 || open == null) {
            return download.users == 0;
        }
        download.chunksOnDisk = open.verified().size();
        download.lastUsed = contents.clock().instant();
        download.open = null;
        download.publishing = false;
        close(open);
        if (contents.discarded.remove(open) != null) {
            contents.count(-download.bytes);
        } else if (download.published) {
            contents.downloads.remove(download.key);
            contents.count(-download.bytes);
        }
        return true;
    }

    private static void close(PartialBlob blob) {
        try {
            blob.files().close();
        } catch (IOException e) {
            LOG.warn("Can't close the partial blob {}", blob.key().digest(), e);
        }
    }

    /** Closes what is still open. */
    void close() {
        contents.locked(() -> {
            for (Download download : contents.downloads.values()) {
                PartialBlob open = download.open;
                if (open != null) {
                    close(open);
                }
            }
            contents.discarded.keySet().forEach(Downloads::close);
            return contents;
        });
    }
}
