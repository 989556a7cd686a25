package dev.darter.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** An open file of a {@link Disk}. Thread-safe, and not closed by the interrupt of a thread that uses it. */
interface OpenFile extends Closeable {

    /** Writes all of the remaining bytes. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Fills the buffer, or as much of it as the file has bytes. */
    void read(ByteBuffer into, long position) throws IOException;

    long size() throws IOException;

    void truncate(long size) throws IOException;

    /** Makes the content durable. */
    void sync() throws IOException;

    /** For sending without a copy. */
    FileChannel channel() throws IOException;

    /** The file has another name now. */
    void movedTo(Path path);
}
