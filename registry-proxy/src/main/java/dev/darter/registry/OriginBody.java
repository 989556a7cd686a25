package dev.darter.registry;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A body on its way from the origin. For one thread; must be closed. */
public interface OriginBody extends AutoCloseable {

    /** Length of the whole blob in bytes, as the origin tells it; -1 when it does not. */
    long blobSize();

    /** Bytes that the origin sends before those that were asked for, because it knows no ranges. They are received and dropped. */
    default long skips() {
        return 0;
    }

    /** Reads at least one byte into the buffer, or returns -1 at the end; blocks. */
    int read(ByteBuffer into) throws IOException;

    @Override
    void close();
}
