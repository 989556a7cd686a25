package dev.darter.agent.blob;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts what was rejected, and nothing else. */
final class FakeMeters implements BlobMeters {

    final AtomicInteger rejected = new AtomicInteger();

    @Override
    public void receivedFromOrigin(long count) {}

    @Override
    public void receivedFromPeer(long count) {}

    @Override
    public void rejectedChunk() {
        rejected.incrementAndGet();
    }
}
