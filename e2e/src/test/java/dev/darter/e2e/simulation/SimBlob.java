package dev.darter.e2e.simulation;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;

/** A blob of which only the size matters. */
record SimBlob(BlobKey key, ChunkLayout layout) {

    static SimBlob of(int number, long size) {
        Digest digest = Digest.parse("sha256:" + String.format("%064x", number));
        return new SimBlob(new BlobKey("https://registry.test", digest), ChunkLayout.forSize(size));
    }
}
