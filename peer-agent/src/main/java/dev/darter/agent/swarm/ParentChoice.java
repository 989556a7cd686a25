package dev.darter.agent.swarm;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/** Which neighbour to move to when a stripe's parent is late or gone: the one with most upload to spare that is ahead and does not descend from this host. */
final class ParentChoice {

    private ParentChoice() {}

    /**
     * @param needed a chunk of the stripe that is overdue, or -1 where any live neighbour will do
     * @param late the parent that is left
     */
    static Optional<Trade> choose(Collection<Trade> trades, int stripe, int needed, @Nullable HostId late, HostId self) {
        return trades.stream()
                .filter(trade -> trade.neighbour.isUsable() && !trade.neighbour.host.equals(late))
                .filter(trade -> needed < 0 || trade.offers(needed))
                .filter(trade -> isAbove(trade, stripe, self))
                .max(Comparator.<Trade>comparingInt(trade -> Math.min(1, trade.neighbour.freeSlots))
                        .thenComparingLong(trade -> -trade.neighbour.queuedBytes)
                        .thenComparingInt(trade -> trade.neighbour.freeSlots));
    }

    /** Known to hang on a root by a way that does not lead through this host. */
    private static boolean isAbove(Trade trade, int stripe, HostId self) {
        List<HostId> path = trade.path(stripe);
        return path != null && !path.contains(self) && !trade.childStripes.contains(stripe);
    }
}
