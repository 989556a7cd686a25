package dev.darter.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

import dev.darter.service.BodyWriter;

/** Moves verified bytes from a reader to a runtime as they come. */
final class BlobSender {

    /** One portion: long enough for few calls, short enough to notice soon that the client is gone. */
    private static final long PORTION = 4L * 1024 * 1024;

    private final LongConsumer sentBytes;

    /** @param sentBytes counts */
    BlobSender(LongConsumer sentBytes) {
        this.sentBytes = sentBytes;
    }

    /** Sends a range, of which the beginning is at hand already. */
    void send(OpenContent content, ByteRange range, BlobBytes beginning, BodyWriter body) throws IOException, InterruptedException {
        BlobBytes bytes = beginning;
        long next = range.first();
        while (true) {
            write(bytes, body);
            next += bytes.length();
            if (next > range.last()) {
                return;
            }
            bytes = read(content, next, range.last());
        }
    }

    /** The first bytes of a range; blocks until they are verified. */
    BlobBytes read(OpenContent content, long offset, long last) throws IOException, InterruptedException {
        long wanted = Math.min(PORTION, last - offset + 1);
        BlobBytes bytes = content.read(offset, wanted);
        if (bytes.length() < 1 || bytes.length() > wanted) {
            throw new IllegalStateException("Asked for at most " + wanted + " bytes, got " + bytes.length());
        }
        return bytes;
    }

    /** Sends bytes that are no part of a blob. */
    void write(byte[] bytes, BodyWriter body) throws IOException {
        write(new BlobBytes.InMemory(ByteBuffer.wrap(bytes)), body);
    }

    private void write(BlobBytes bytes, BodyWriter body) throws IOException {
        switch (bytes) {
            case BlobBytes.InFile(var file, long position, long length) -> body.sendFile(file, position, length);
            case BlobBytes.InMemory(ByteBuffer memory) -> body.write(memory.duplicate());
        }
        sentBytes.accept(bytes.length());
    }
}
