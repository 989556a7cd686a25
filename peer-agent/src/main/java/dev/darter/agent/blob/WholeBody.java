package dev.darter.agent.blob;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/** A body whose length the origin did not tell, read to its end: manifests that are sent in pieces. */
final class WholeBody implements OriginBody {

    /** Registries refuse manifests above some 4 MiB, and every registry tells the length of what is larger. */
    private static final int MAX_BYTES = 64 << 20;

    private final ByteBuffer bytes;

    private WholeBody(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    static WholeBody read(OriginBody body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer portion = ByteBuffer.allocate(16 << 10);
        while (body.read(portion.clear()) >= 0) {
            all.write(portion.array(), 0, portion.position());
            if (all.size() > MAX_BYTES) {
                throw new OriginException(Kind.UNAVAILABLE, "The origin does not tell the length of a large blob", Optional.empty());
            }
        }
        return new WholeBody(ByteBuffer.wrap(all.toByteArray()));
    }

    @Override
    public long blobSize() {
        return bytes.capacity();
    }

    @Override
    public int read(ByteBuffer into) {
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int length = Math.min(into.remaining(), bytes.remaining());
        into.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return length;
    }

    @Override
    public void close() {}
}
