package dev.darter.store;

import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/** A complete blob in the index. Its fields that change are guarded by the lock of {@link Contents}. */
final class Resident implements StoreEntry {

    final Digest digest;
    final ChunkLayout layout;
    /** Held while the blob is hashed again, so that many readers hash it once. */
    final ReentrantLock checking = new ReentrantLock();

    SortedSet<String> sources;
    Instant lastUsed;
    int users;
    /** Has to be hashed before it is used. */
    boolean doubtful;
    /** No longer in the index; the file is deleted, its bytes are there until the last user is gone. */
    boolean removed;

    Resident(Digest digest, ChunkLayout layout, SortedSet<String> sources, Instant lastUsed) {
        this.digest = digest;
        this.layout = layout;
        this.sources = new TreeSet<>(sources);
        this.lastUsed = lastUsed;
    }

    long size() {
        return layout.blobSize();
    }
}
