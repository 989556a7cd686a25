package dev.darter.agent.blob;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;

/** A registry's blob, which notes what of it was asked for. */
final class FakeOrigin implements OriginAccess {

    /** One request: bytes from {@code first} to before {@code end}. */
    record Asked(long first, long end) {}

    private final byte[] bytes;
    private final boolean tellsSize;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    FakeOrigin(byte[] bytes, boolean tellsSize) {
        this.bytes = bytes;
        this.tellsSize = tellsSize;
    }

    List<Asked> asked() {
        return new ArrayList<>(asked);
    }

    @Override
    public OriginBody open(long offset) {
        return open(offset, bytes.length - offset);
    }

    @Override
    public OriginBody open(long offset, long length) {
        long end = Math.min(bytes.length, offset + length);
        asked.add(new Asked(offset, end));
        ByteBuffer rest = ByteBuffer.wrap(bytes, (int) offset, (int) (end - offset));
        return new OriginBody() {
            @Override
            public long blobSize() {
                return tellsSize ? bytes.length : -1;
            }

            @Override
            public int read(ByteBuffer into) {
                if (!rest.hasRemaining()) {
                    return -1;
                }
                int count = Math.min(into.remaining(), rest.remaining());
                into.put(rest.slice(rest.position(), count));
                rest.position(rest.position() + count);
                return count;
            }

            @Override
            public void close() {}
        };
    }
}
