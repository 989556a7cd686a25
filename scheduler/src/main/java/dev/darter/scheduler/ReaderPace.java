package dev.darter.scheduler;

import dev.darter.protocol.ChunkLayout;

/** How fast the origin of a blob is read, and whether its reader sends so much more slowly that another host should read. */
final class ReaderPace {

    /** How often the lease is taken from one who is slow: in networks where all download faster than they upload all are. */
    private static final int MOST_MOVES = 3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final OriginLease lease;
    private final UploadShares shares;
    /** Where the present holder of the lease began. */
    private int from;
    private int moves;

    ReaderPace(OriginLease lease, UploadShares shares) {
        this.lease = lease;
        this.shares = shares;
    }

    /** The lease was granted. */
    void begun() {
        from = lease.boundary();
    }

    /** The lease is one of an earlier scheduler: where its holder began is not known. */
    void adopted() {
        from = Integer.MAX_VALUE;
    }

    /** The holder has told how far it is. */
    void progressed(long size, long now) {
        if (lease.isGranted() && size > 0 && lease.boundary() > from) {
            long bytes = (long) (lease.boundary() - from) * ChunkLayout.forSize(size).chunkSize();
            shares.originRead(bytes * NANOS_PER_SECOND / Math.max(1, now - lease.since()));
        }
    }

    boolean isTooSlow() {
        return lease.isGranted() && moves < MOST_MOVES && shares.isBehindOrigin(lease.holder());
    }

    /** The lease is taken from a slow holder. */
    void moved() {
        moves++;
    }
}
