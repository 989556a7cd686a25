package dev.darter.agent.blob;

/** What is counted about the bytes of all blobs. Thread-safe. */
public interface BlobMeters {

    /** Bytes of blobs came from a registry. */
    void receivedFromOrigin(long bytes);

    /** Bytes of chunks came from another agent. */
    void receivedFromPeer(long bytes);

    /** A chunk did not verify. */
    void rejectedChunk();
}
