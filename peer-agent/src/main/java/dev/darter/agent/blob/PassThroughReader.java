package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.Digest;
import dev.darter.registry.BlobBytes;
import dev.darter.registry.BlobReader;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * Reads a blob straight from its origin, for a host whose disk is full. Everything from the start is hashed, also what the caller skips, and
 * the last bytes are held back until the digest is right: so no wrong blob is ever complete.
 */
final class PassThroughReader implements BlobReader {

    /** Bytes asked for at once, and the least that is held back at the end. */
    private static final int PORTION = 256 << 10;

    private final Digest digest;
    private final OriginAccess origin;
    private final OriginCount count;
    private final MessageDigest hash;
    private @Nullable OriginBody body;
    private byte[] ahead = new byte[0];
    private long position;
    private volatile boolean closed;

    /** Counts what came from the origin. */
    interface OriginCount {
        void received(int bytes);
    }

    PassThroughReader(Digest digest, OriginAccess origin, OriginCount count) {
        this.digest = digest;
        this.origin = origin;
        this.count = count;
        try {
            this.hash = MessageDigest.getInstance(digest.algorithm().javaName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has " + digest.algorithm().javaName(), e);
        }
    }

    @Override
    public long size() throws IOException, InterruptedException {
        return opened().blobSize();
    }

    @Override
    public BlobBytes read(long offset, long maxLength) throws IOException, InterruptedException {
        while (true) {
            if (offset < position) {
                beginAnew();
            }
            if (offset - position >= ahead.length) {
                position += ahead.length;
                ahead = next();
                continue;
            }
            int skip = Math.toIntExact(offset - position);
            int length = Math.toIntExact(Math.min(maxLength, ahead.length - skip));
            return new BlobBytes.InMemory(ByteBuffer.wrap(Arrays.copyOfRange(ahead, skip, skip + length)));
        }
    }

    /** Nothing was kept, and the hash is over everything in order: to go back is to begin at the start. */
    private void beginAnew() {
        OriginBody present = body;
        if (present != null) {
            present.close();
        }
        body = null;
        ahead = new byte[0];
        position = 0;
        hash.reset();
    }

    /** The next portion; the last one only after the whole was verified. */
    private byte[] next() throws IOException, InterruptedException {
        OriginBody from = opened();
        long rest = from.blobSize() - position;
        if (rest <= 0) {
            throw new IOException("There is nothing behind the end of a blob");
        }
        byte[] portion = new byte[Math.toIntExact(Math.min(rest, PORTION))];
        fill(from, portion);
        hash.update(portion);
        if (portion.length == rest) {
            finish(from);
        }
        return portion;
    }

    private void fill(OriginBody from, byte[] portion) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(portion);
        while (buffer.hasRemaining()) {
            int received = from.read(buffer);
            if (received < 0) {
                throw wrong("The origin sent less than the whole blob");
            }
            count.received(received);
        }
    }

    private void finish(OriginBody from) throws IOException {
        if (from.read(ByteBuffer.allocate(1)) >= 0 || !Digest.of(digest.algorithm(), hash.digest()).equals(digest)) {
            throw wrong("The origin's bytes don't have the digest " + digest);
        }
    }

    private static OriginException wrong(String message) {
        return new OriginException(Kind.WRONG_CONTENT, message, Optional.empty());
    }

    private OriginBody opened() throws IOException, InterruptedException {
        OriginBody present = body;
        if (present == null) {
            present = origin.open(0);
            body = present;
            if (closed || present.blobSize() < 0) {
                present.close();
                throw new OriginException(Kind.UNAVAILABLE, "The origin does not tell the size of the blob", Optional.empty());
            }
        }
        return present;
    }

    @Override
    public void close() {
        closed = true;
        OriginBody present = body;
        if (present != null) {
            present.close();
        }
    }
}
