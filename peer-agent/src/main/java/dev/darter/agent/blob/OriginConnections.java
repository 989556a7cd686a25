package dev.darter.agent.blob;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;

/**
 * With how many connections at once a blob may be read from its registry, and how much memory all blobs together may take for what comes too early.
 * Thread-safe.
 */
final class OriginConnections {

    private static final Logger LOG = LoggerFactory.getLogger(OriginConnections.class);

    /** Of a blob's rest: with less, the registry sees one ordinary request. */
    private static final int WORTH_SEVERAL = 4 * ParallelBody.PART;
    /** For so long a registry at which reading ahead has failed is asked for one thing at a time. */
    private static final long SPARED_NANOS = Duration.ofMinutes(10).toNanos();
    /** What comes too early may take this part of the heap. */
    private static final int HEAP_SHARE = 8;

    /** Hears why reading ahead has failed. */
    interface Objection {
        void accept(Exception reason);
    }

    private final int most;
    private final Semaphore room;
    private final LongSupplier nanoTime;
    private final Map<String, Long> sparedSince = new ConcurrentHashMap<>();

    /**
     * @param most connections for one blob
     * @param room parts that may come early at once, over all blobs
     */
    OriginConnections(int most, int room, LongSupplier nanoTime) {
        this.most = most;
        this.room = new Semaphore(room);
        this.nanoTime = nanoTime;
    }

    /** So many for one blob, and a part of this process' heap. */
    static OriginConnections of(int most) {
        long parts = Runtime.getRuntime().maxMemory() / HEAP_SHARE / ParallelBody.PART;
        return new OriginConnections(most, (int) Math.min(parts, Integer.MAX_VALUE), System::nanoTime);
    }

    /** The same origin, read over as many connections as may be. */
    OriginAccess to(OriginAccess origin, BlobKey blob, long size) {
        return most > 1 && !isSpared(blob.registry()) ? new Parallel(origin, this, blob, size) : origin;
    }

    int most() {
        return most;
    }

    /** Room for one part that comes early; to be given back. */
    boolean takeRoom() {
        return room.tryAcquire();
    }

    void giveRoom() {
        room.release();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    private boolean isSpared(String registry) {
        Long since = sparedSince.get(registry);
        return since != null && nanoTime() - since < SPARED_NANOS;
    }

    private void spare(BlobKey blob, Exception reason) {
        sparedSince.put(blob.registry(), nanoTime());
        LOG.info("{} is read over one connection at a time for now, since several have failed for {}: {}", blob.registry(), blob.digest(),
                reason.getMessage());
    }

    private record Parallel(OriginAccess origin, OriginConnections connections, BlobKey blob, long size) implements OriginAccess {

        @Override
        public OriginBody open(long offset) throws IOException, InterruptedException {
            return size - offset < WORTH_SEVERAL ? origin.open(offset) : several(offset, size);
        }

        @Override
        public OriginBody open(long offset, long length) throws IOException, InterruptedException {
            return length < WORTH_SEVERAL ? origin.open(offset, length) : several(offset, offset + length);
        }

        private OriginBody several(long offset, long end) throws IOException, InterruptedException {
            OriginBody first = origin.open(offset, ParallelBody.PART);
            if (first.readOn()) {
                return first; // It knows no ranges.
            }
            return new ParallelBody(first, offset, end, size, origin, connections, reason -> connections.spare(blob, reason));
        }
    }
}
