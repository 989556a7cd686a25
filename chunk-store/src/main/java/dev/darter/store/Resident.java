package dev.darter.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/** A complete blob in the index. Its fields that change are guarded by the lock of {@link Contents}. */
final class Resident implements StoreEntry {

    final Digest digest;
    final ChunkLayout layout;
    /** The file of a borrowed blob; it is not the store's, and lies outside of its folder. */
    final Optional<Path> borrowed;
    /** Held while the blob is hashed again, so that many readers hash it once. */
    final ReentrantLock checking = new ReentrantLock();

    SortedSet<String> sources;
    Instant lastUsed;
    int users;
    /** Has to be hashed before it is used. */
    boolean doubtful;
    /** Its file has another name elsewhere, so that to delete it here would free nothing. */
    boolean shared;
    /** No longer in the index; the file is deleted, its bytes are there until the last user is gone. */
    boolean removed;

    Resident(Digest digest, ChunkLayout layout, SortedSet<String> sources, Instant lastUsed) {
        this(digest, layout, Optional.empty(), sources, lastUsed);
    }

    Resident(Digest digest, ChunkLayout layout, Optional<Path> borrowed, SortedSet<String> sources, Instant lastUsed) {
        this.digest = digest;
        this.layout = layout;
        this.borrowed = borrowed;
        this.sources = new TreeSet<>(sources);
        this.lastUsed = lastUsed;
    }

    long size() {
        return layout.blobSize();
    }

    /** What it counts for in the quota. */
    long cost() {
        return shared || borrowed.isPresent() ? 0 : size();
    }
}
