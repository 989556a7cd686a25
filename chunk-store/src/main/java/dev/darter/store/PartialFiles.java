package dev.darter.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;

/**
 * The open files of a partial blob. Data is synced little by little in the background, so that the last sync, before the blob moves to its place,
 * is short. {@link #note} is for one thread at a time, the rest is thread-safe.
 */
final class PartialFiles implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(PartialFiles.class);
    private static final long SYNC_EVERY_BYTES = 64L << 20;

    private final BlobKey key;
    private final OpenFile data;
    private final Journal journal;
    private final Executor background;
    private final AtomicLong unsyncedBytes = new AtomicLong();
    private final AtomicBoolean syncing = new AtomicBoolean();
    private volatile boolean closed;

    PartialFiles(BlobKey key, OpenFile data, Journal journal, Executor background) {
        this.key = key;
        this.data = data;
        this.journal = journal;
        this.background = background;
    }

    /** Writes bytes of the blob. */
    void put(ByteBuffer bytes, long offset) throws IOException {
        long length = bytes.remaining();
        data.write(bytes.duplicate(), offset);
        if (unsyncedBytes.addAndGet(length) >= SYNC_EVERY_BYTES && syncing.compareAndSet(false, true)) {
            background.execute(this::syncSome);
        }
    }

    private void syncSome() {
        try {
            if (!closed) {
                sync();
            }
        } catch (IOException e) {
            // Nothing is lost yet: the sync that counts comes before the blob moves to its place.
            LOG.warn("Can't sync the partial blob {}", key.digest(), e);
        } finally {
            syncing.set(false);
        }
    }

    /**
     * Adds to the journal. A full disk is no error here: the chunk is there now, and after a restart it may have to be fetched again. What was
     * rewound must not come back, though.
     */
    void note(JournalRecord entry) throws StoreException {
        try {
            if (!tryToNote(entry) && entry instanceof JournalRecord.Rewound) {
                journal.clear();
            }
        } catch (IOException e) {
            throw StoreException.of("Can't write the journal of " + key.digest(), e);
        }
    }

    /** False when the disk is full. */
    private boolean tryToNote(JournalRecord entry) throws IOException {
        try {
            journal.append(entry);
            return true;
        } catch (IOException e) {
            if (DiskFull.is(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Fills the buffer, or as much of it as the file has bytes. */
    void read(ByteBuffer into, long offset) throws IOException {
        data.read(into, offset);
    }

    FileChannel channel() throws IOException {
        return data.channel();
    }

    OpenFile data() {
        return data;
    }

    /** Makes all that was written before durable; data first, so that the journal doesn't promise too much. */
    void sync() throws IOException {
        unsyncedBytes.set(0);
        data.sync();
        journal.sync();
    }

    /** Makes the data durable: all that counts when the blob is whole and moves to its place, for then nobody needs the journal any more. */
    void syncData() throws IOException {
        unsyncedBytes.set(0);
        data.sync();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try (data) {
            journal.close();
        }
    }
}
