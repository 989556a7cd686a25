package dev.darter.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A body on its way from the origin. For one thread; must be closed. */
public interface OriginBody extends AutoCloseable {

    /** Length of the whole blob in bytes, as the origin tells it; -1 when it does not. */
    long blobSize();

    /** Bytes that the origin sends before those that were asked for, because it knows no ranges. They are received and dropped. */
    default long skips() {
        return 0;
    }

    /** What the origin calls this version of the bytes, if it tells. */
    default Optional<String> etag() {
        return Optional.empty();
    }

    /**
     * Goes on to the blob's end where the origin sends all of it although a part was asked for; false where it ends with the part. To be called
     * before that end is reached.
     */
    default boolean readOn() {
        return false;
    }

    /** Reads at least one byte into the buffer, or returns -1 at the end; blocks. */
    int read(ByteBuffer into) throws IOException;

    @Override
    void close();
}
