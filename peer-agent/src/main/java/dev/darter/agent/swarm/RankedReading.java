package dev.darter.agent.swarm;

import java.util.List;

import dev.darter.protocol.HostId;

/**
 * What a host does for a blob that no scheduler looks after: it links with those who rank high for the blob ({@link OriginRank}), hears what
 * they have, and reads the origin when its turn comes and nobody else does.
 */
final class RankedReading {

    private static final int NEIGHBOURS = 8;
    /** So long the origin is left alone for the sake of neighbours that have not said yet what they have. */
    private static final long NEIGHBOUR_NANOS = 2_000_000_000L;
    /** So long a host that stands higher, and wants the blob as well, is given to begin. It may be without credentials. */
    private static final long PRECEDENCE_NANOS = 3_000_000_000L;
    /** A registry that has sent nothing for so long is asked by the next in rank. */
    private static final long ORIGIN_SILENT_NANOS = 30_000_000_000L;

    private final Swarm swarm;
    private boolean isRanked;
    private long rankedAt;
    private long rankDelay;
    private List<HostId> highest = List.of();
    private int rank;

    RankedReading(Swarm swarm) {
        this.swarm = swarm;
    }

    /** There is a scheduler again, or the blob begins anew: when it is lost the next time, all have to be asked again. */
    void reset() {
        isRanked = false;
    }

    /**
     * Reads the origin if it is this host's turn.
     *
     * @param start when those of the first rank begin
     * @param isComing whether a request may still bring something
     */
    void review(long now, long start, long lastGain, boolean isComing) {
        if (!isRanked) {
            rank();
        }
        boolean isFed = isComing || swarm.origin.isHolder() || (seesReader() && now - lastGain < ORIGIN_SILENT_NANOS);
        if (now >= start + (isPreceded() ? PRECEDENCE_NANOS : rankDelay) && !isFed && !isNewsDue(now) && swarm.readers.canReadOrigin()
                && !swarm.host.cluster.isThrottled(swarm.blob.registry(), now)) {
            swarm.parents.leaveAll();
            swarm.origin.takeByRank();
            swarm.parents.tellPaths(null);
        }
    }

    private void rank() {
        isRanked = true;
        rankedAt = swarm.host.now;
        List<HostId> ranking = swarm.host.cluster.ranking(swarm.blob);
        rank = Math.max(0, ranking.indexOf(swarm.host.self()));
        rankDelay = OriginRank.delayNanos(rank, swarm.host.random);
        highest = List.copyOf(ranking.subList(0, Math.min(NEIGHBOURS, ranking.size())));
        highest.forEach(host -> swarm.host.cluster.find(host).ifPresent(swarm.links::link));
    }

    /** Whether one of the highest in rank, asked what it has and whether it reads, has neither answered nor gone. */
    private boolean isNewsDue(long now) {
        return now - rankedAt < NEIGHBOUR_NANOS
                && highest.stream().map(swarm.trades::get).anyMatch(trade -> trade != null && !trade.isAnswered);
    }

    /** Whether a host that stands higher wants the blob as well: it follows this one. */
    private boolean isPreceded() {
        return highest.subList(0, Math.min(rank, highest.size()))
                .stream()
                .map(swarm.trades::get)
                .anyMatch(trade -> trade != null && trade.follows && trade.neighbour.isUsable());
    }

    /** Whether a neighbour that can be reached stands on a root: then what is missing is on its way. */
    private boolean seesReader() {
        return swarm.trades.values().stream().anyMatch(trade -> trade.neighbour.isUsable() && !trade.isStalled() && trade.isRoot(0));
    }
}
