package dev.darter.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

import dev.darter.protocol.BlobKey;

/**
 * Moves a proven blob to its place: sync, then rename, then sync of the folder. After a crash at any point there is either the partial blob or the
 * complete one. One blob at a time.
 */
final class Publisher {

    private final Disk disk;
    private final Folders folders;
    private final Contents contents;
    private final Trash trash;
    private final ReentrantLock publishing = new ReentrantLock();

    Publisher(Disk disk, Folders folders, Contents contents, Trash trash) {
        this.disk = disk;
        this.folders = folders;
        this.contents = contents;
        this.trash = trash;
    }

    void publish(Download download, PartialBlob blob) throws IOException {
        publishing.lock();
        try {
            blob.files().syncData();
            while (!place(download, blob)) {
                // It was evicted between two looks; so it is not there now.
            }
            trash.take(folders.partial(download.key)).forEach(trash::delete);
        } finally {
            publishing.unlock();
        }
    }

    private boolean place(Download download, PartialBlob blob) throws IOException {
        BlobKey key = download.key;
        Resident existing = contents.locked(() -> contents.residents.get(key.digest()));
        // A borrowed blob gives way to one's own, which nobody else can take away.
        boolean borrowed = existing != null && existing.borrowed.isPresent();
        Sidecar sidecar = new Sidecar(download.layout, blob.chain(), existing == null ? new TreeSet<>() : existing.sources)
                .withSource(key.registry());
        Path prepared = folders.partial(key).resolve("sidecar");
        sidecar.write(disk, prepared);
        if (existing != null && !borrowed) {
            return merge(existing, sidecar, prepared, download);
        }
        Path target = folders.blob(key.digest());
        disk.createDirectories(folders.shelf(key.digest()));
        disk.move(prepared, folders.sidecar(key.digest()));
        disk.move(folders.data(key), target);
        blob.files().data().movedTo(target);
        // At once, whatever becomes of the sync: the data is no longer where the partial blob had it.
        contents.locked(() -> {
            Resident before = contents.residents.put(key.digest(),
                    new Resident(key.digest(), download.layout, sidecar.sources(), contents.clock().instant()));
            if (before != null) {
                before.removed = true;
            }
            download.bytes = 0;
            download.published = true;
            return true;
        });
        disk.syncDirectory(folders.shelf(key.digest()));
        return true;
    }

    /** The same content came from another registry before: only its sources change. False when it has just gone. */
    private boolean merge(Resident existing, Sidecar sidecar, Path prepared, Download download) throws IOException {
        boolean merged = contents.lockedOnDisk(() -> {
            if (existing.removed) {
                return false;
            }
            disk.move(prepared, folders.sidecar(existing.digest));
            existing.sources = sidecar.sources();
            download.published = true;
            return true;
        });
        if (merged) {
            disk.syncDirectory(folders.shelf(existing.digest));
        }
        return merged;
    }
}
