package dev.darter.registry;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Verified bytes that can be sent; good until the reader that gave them is closed. */
public sealed interface BlobBytes {

    /** Number of bytes. */
    long length();

    /** Bytes in a file, to be sent without a copy. */
    record InFile(FileChannel file, long position, long length) implements BlobBytes {}

    /** Bytes in memory (content that could not be stored, for instance on a full disk). */
    record InMemory(ByteBuffer bytes) implements BlobBytes {
        @Override
        public long length() {
            return bytes.remaining();
        }
    }
}
