package dev.darter.agent.blob;

import java.io.IOException;

import dev.darter.registry.BlobBytes;
import dev.darter.registry.BlobReader;
import dev.darter.store.StoredBlob;

/** Reads a blob that is complete on this host. */
final class StoredReader implements BlobReader {

    private final StoredBlob blob;
    private final Traffic traffic;

    StoredReader(StoredBlob blob, Traffic traffic) {
        this.blob = blob;
        this.traffic = traffic;
    }

    @Override
    public long size() {
        return blob.size();
    }

    @Override
    public BlobBytes read(long offset, long maxLength) throws IOException {
        long length = Math.min(maxLength, blob.size() - offset);
        traffic.local(length);
        return new BlobBytes.InFile(blob.channel(), offset, length);
    }

    @Override
    public void close() {
        blob.close();
    }
}
