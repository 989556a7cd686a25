package dev.darter.agent.blob;

/** Counts nothing. */
final class NoMeters implements BlobMeters {

    @Override
    public void receivedFromOrigin(long count) {}

    @Override
    public void receivedFromPeer(long count) {}

    @Override
    public void rejectedChunk() {}
}
