package dev.darter.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A reader that may be closed twice, as happens when the client leaves while its answer ends. */
final class OpenContent implements AutoCloseable {

    private final BlobReader reader;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenContent(BlobReader reader) {
        this.reader = reader;
    }

    long size() throws IOException, InterruptedException {
        return reader.size();
    }

    BlobBytes read(long offset, long maxLength) throws IOException, InterruptedException {
        return reader.read(offset, maxLength);
    }

    /** All of it. The caller has made sure that it is small. */
    byte[] readAll() throws IOException, InterruptedException {
        byte[] all = new byte[Math.toIntExact(size())];
        int filled = 0;
        while (filled < all.length) {
            filled += copy(read(filled, all.length - filled), all, filled);
        }
        return all;
    }

    private static int copy(BlobBytes bytes, byte[] into, int at) throws IOException {
        switch (bytes) {
            case BlobBytes.InMemory memory -> memory.bytes().duplicate().get(into, at, Math.toIntExact(memory.length()));
            case BlobBytes.InFile(var file, long position, long length) -> {
                var buffer = ByteBuffer.wrap(into, at, Math.toIntExact(length));
                while (buffer.hasRemaining()) {
                    if (file.read(buffer, position + buffer.position() - at) < 0) {
                        throw new IOException("A file of the store ends early");
                    }
                }
            }
        }
        return Math.toIntExact(bytes.length());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            reader.close();
        }
    }
}
