package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.registry.BlobBytes;
import dev.darter.registry.BlobReader;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * Reads parts of a blob straight from its origin, for a host whose disk is full. A part can't be checked against the digest, and nobody can take it
 * for the whole blob; readers of lazy formats check what they read.
 */
final class PassThroughParts implements BlobReader {

    private static final int PORTION = 256 << 10;

    private final DownloadReader reader;
    private final PassThroughReader.OriginCount count;
    private @Nullable OriginBody body;
    private long position = -1;
    private volatile boolean closed;

    PassThroughParts(DownloadReader reader, PassThroughReader.OriginCount count) {
        this.reader = reader;
        this.count = count;
    }

    @Override
    public long size() throws IOException, InterruptedException {
        OriginBody present = body == null ? open(reader.parts().getFirst().from()) : body;
        if (present.blobSize() < 0) {
            throw new OriginException(Kind.UNAVAILABLE, "The origin does not tell the size of the blob", Optional.empty());
        }
        return present.blobSize();
    }

    @Override
    public BlobBytes read(long offset, long maxLength) throws IOException, InterruptedException {
        OriginBody from = body == null || offset != position ? open(offset) : body;
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(maxLength, PORTION)));
        int received = from.read(bytes);
        if (received < 0) {
            throw new OriginException(Kind.UNAVAILABLE, "The origin sent less than the part that was asked for", Optional.empty());
        }
        count.received(received);
        position += received;
        return new BlobBytes.InMemory(bytes.flip());
    }

    /** Asks for the rest of the part that begins, or goes on, at this offset. */
    private OriginBody open(long offset) throws IOException, InterruptedException {
        close(body);
        OriginAccess origin = reader.request().origin();
        long end = reader.endOfPart(offset);
        OriginBody opened = end < 0 ? origin.open(offset) : origin.open(offset, end - offset);
        body = opened;
        position = offset;
        if (closed) {
            opened.close();
            throw new IOException("The reader was closed");
        }
        return opened;
    }

    @Override
    public void close() {
        closed = true;
        close(body);
    }

    private static void close(@Nullable OriginBody present) {
        if (present != null) {
            present.close();
        }
    }
}
