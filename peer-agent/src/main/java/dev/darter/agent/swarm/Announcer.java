package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;

/** Tells neighbours what can be had here: children of the chunk's stripe at once, all others in bundles, since they ask only if a tree fails. */
final class Announcer {

    private final Swarm swarm;
    private boolean isPending;

    Announcer(Swarm swarm) {
        this.swarm = swarm;
    }

    void gained(ChunkSet chunks) {
        for (int chunk = chunks.next(0); chunk >= 0; chunk = chunks.next(chunk + 1)) {
            List<HostId> waiting = new ArrayList<>();
            int trees = swarm.trees();
            for (Trade trade : swarm.trades.values()) {
                if (!trade.follows || trade.has.contains(chunk)) {
                    continue;
                }
                if (trees == 0 || trade.childStripes.contains(chunk % trees) || trade.wants.contains(chunk)) {
                    waiting.add(trade.neighbour.host);
                } else {
                    trade.untold.add(chunk);
                    isPending = true;
                }
            }
            if (!waiting.isEmpty()) {
                swarm.host.out.add(new Command.Announce(waiting, swarm.blob, ChunkSet.of(chunk)));
            }
        }
    }

    /** Neighbours that were told of these chunks must not take them for what they can have here, nor believe that they need not be told again. */
    void lost(ChunkSet chunks) {
        List<HostId> told = new ArrayList<>();
        for (Trade trade : swarm.trades.values()) {
            trade.untold.removeAll(chunks);
            if (trade.follows) {
                told.add(trade.neighbour.host);
            }
        }
        if (!chunks.isEmpty() && !told.isEmpty()) {
            swarm.host.out.add(new Command.Retract(told, swarm.blob, chunks.copy()));
        }
    }

    /** A neighbour wants to know everything. */
    void followed(Trade trade) {
        trade.untold.clear();
        if (!swarm.mine.isEmpty()) {
            swarm.host.out.add(new Command.Announce(List.of(trade.neighbour.host), swarm.blob, swarm.mine.copy()));
        }
    }

    void flush() {
        if (!isPending) {
            return;
        }
        isPending = false;
        for (Trade trade : swarm.trades.values()) {
            trade.untold.removeAll(trade.has);
            if (trade.follows && !trade.untold.isEmpty()) {
                swarm.host.out.add(new Command.Announce(List.of(trade.neighbour.host), swarm.blob, trade.untold.copy()));
                trade.untold.clear();
            }
        }
    }
}
