package dev.darter.registry;

/** Where the proxy gets content-addressed bytes from: a store, a swarm, or the origin alone. Thread-safe. */
public interface BlobSource {

    /**
     * Opens content for reading; returns at once, the reader blocks. Any number of readers of one blob are one download.
     */
    BlobReader open(BlobRequest request);

    /** Whether complete, proven content of this registry is at hand locally, so that nothing has to be fetched. */
    boolean holds(dev.darter.protocol.BlobKey blob);
}
