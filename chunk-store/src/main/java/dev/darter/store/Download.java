package dev.darter.store;

import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;

/** A partial blob in the index. Its fields that change are guarded by the lock of {@link Contents}. */
final class Download implements StoreEntry {

    final BlobKey key;
    final ChunkLayout layout;
    /** Held while the files are opened, so that many users open them once. */
    final ReentrantLock opening = new ReentrantLock();

    @Nullable
    PartialBlob open;
    Instant lastUsed;
    int users;
    /** How many chunks the journal names, while it isn't open. */
    int chunksOnDisk;
    /** What it counts for in the quota. */
    long bytes;
    /** The blob moves to its place or has done so. */
    boolean publishing;
    /** The blob is in its place; this stays only until its last user is gone. */
    boolean published;

    Download(BlobKey key, ChunkLayout layout, Instant lastUsed) {
        this.key = key;
        this.layout = layout;
        this.lastUsed = lastUsed;
        this.bytes = layout.blobSize();
    }
}
