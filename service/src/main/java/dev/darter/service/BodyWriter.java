package dev.darter.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;

/**
 * The body of an answer. Each method blocks while the client takes bytes slower than they come, and fails with an {@link IOException} once
 * the client is gone. To HEAD everything is counted and nothing sent.
 */
public interface BodyWriter extends AutoCloseable {

    /** Sends the remaining bytes of a buffer without copying them: their content must not change afterwards. */
    void write(ByteBuffer bytes) throws IOException;

    /**
     * Sends a part of a file by {@code sendfile}. The channel stays open; on return it may be closed, all bytes are with the socket.
     */
    void sendFile(FileChannel file, long position, long length) throws IOException;

    /** The same, but a client that takes next to nothing of it for so long is cut off: the connection is closed, and this fails. */
    void sendFile(FileChannel file, long position, long length, Duration patience) throws IOException;

    /** Ends a body of unknown length as complete; with a known length it is done when all bytes were sent. */
    void finish() throws IOException;

    /** A body that is not complete is cut here: the connection is closed, so that the client sees the break. */
    @Override
    void close() throws IOException;
}
