package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/** A complete, proven blob, open for reading. It isn't evicted before it is closed. Thread-safe. */
public final class StoredBlob implements AutoCloseable {

    private final Resident resident;
    private final OpenFile file;
    private final Residents residents;
    private boolean closed;

    StoredBlob(Resident resident, OpenFile file, Residents residents) {
        this.resident = resident;
        this.file = file;
        this.residents = residents;
    }

    /** Its name. */
    public Digest digest() {
        return resident.digest;
    }

    /** Its length in bytes. */
    public long size() {
        return resident.size();
    }

    /** How it is cut into chunks. */
    public ChunkLayout layout() {
        return resident.layout;
    }

    /** For sending without a copy; this blob's own, good until {@link #close}. */
    public FileChannel channel() throws IOException {
        return file.channel();
    }

    /** Fills the buffer from this offset, or as much of it as the blob has bytes. */
    public void read(ByteBuffer into, long offset) throws IOException {
        file.read(into, offset);
    }

    /** All of its states, from boundary 0 to the one before the last chunk. */
    public List<ChainState> chain() throws IOException {
        return residents.states(resident, file);
    }

    OpenFile file() {
        return file;
    }

    /** A second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            residents.release(resident, file);
        }
    }
}
