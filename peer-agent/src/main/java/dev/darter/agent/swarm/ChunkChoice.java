package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.ChunkSet;

/**
 * Which chunk to ask for over the mesh, and whom: what the local readers need next; then the rarest among the neighbours, ties by lot. What readers
 * of parts wait for has been asked for before, by {@link WaitedFor}. Chunks that the stripe trees are about to bring are left to them, because a second copy would cost an uplink for nothing.
 */
final class ChunkChoice {

    private static final long LEAST_PATIENCE_NANOS = 250_000_000L;
    /**
     * So many chunk times after the first neighbour a host may get a chunk without being late: twice the depth of a tree of ten thousand
     * hosts, times the chunks that each level adds (log2 of the hosts, for every number of trees from 2 to 4).
     */
    private static final int USUAL_LAG_CHUNKS = 32;
    /** A parent that names no further chunk of its stripe for so many of the stripe's turns has lost its own parent. */
    private static final int PARENT_STALLED_TURNS = 8;

    /** After so long a chunk may cross to this zone a second time. */
    private static final long FOREIGN_NANOS = 3_000_000_000L;

    private final Swarm swarm;

    ChunkChoice(Swarm swarm) {
        this.swarm = swarm;
    }

    /** Asks for as much as may be under way. */
    void ask() {
        int room = swarm.meshWindow.size() - swarm.underway.count(Request.Purpose.MESH);
        if (room <= 0) {
            return;
        }
        for (int chunk : swarm.nextOfReaders()) {
            if (room > 0 && swarm.isFree(chunk) && !isAwaited(chunk) && askFor(chunk, urgency(chunk))) {
                room--;
            }
        }
        while (room > 0) {
            int chunk = rarest();
            if (chunk < 0 || !askFor(chunk, urgency(chunk))) {
                return;
            }
            room--;
        }
    }

    /** The chunk that fewest neighbours offer, among those that can be asked for now; -1 where there is none. */
    private int rarest() {
        ChunkSet free = swarm.free(swarm.availability.offered);
        List<Trade> askable = List.of();
        int best = -1;
        int bestOffers = Integer.MAX_VALUE;
        int ties = 0;
        for (int chunk = free.next(0); chunk >= 0; chunk = free.next(chunk + 1)) {
            int offers = swarm.availability.offers(chunk);
            if (offers > bestOffers || isAwaited(chunk)) {
                continue;
            }
            // Looked for only now: nearly always the trees will bring all that is offered.
            askable = askable.isEmpty() ? askable() : askable;
            if (askable.isEmpty()) {
                return -1;
            }
            if (source(chunk, askable) == null) {
                continue;
            }
            if (offers < bestOffers) {
                best = chunk;
                bestOffers = offers;
                ties = 1;
            } else if (swarm.host.random.nextInt(++ties) == 0) {
                best = chunk;
            }
        }
        return best;
    }

    /** Asks the neighbour with the shortest queue for a chunk; false where nobody can be asked. */
    boolean askFor(int chunk, Urgency urgency) {
        Trade source = source(chunk, askable());
        if (source != null) {
            swarm.underway.ask(chunk, source, Request.Purpose.MESH, urgency);
        }
        return source != null;
    }

    /** What a tree does not bring by itself is spare; where there is no tree, for want of a parent or of a scheduler, everything comes this way. */
    private Urgency urgency(int chunk) {
        int trees = swarm.parents.count();
        boolean hasParent = trees > 0 && swarm.parents.parent(chunk % trees) != null;
        return hasParent && swarm.urgency() == Urgency.NORMAL ? Urgency.SPARE : swarm.urgency();
    }

    /** Neighbours that can be asked for one more chunk. */
    private List<Trade> askable() {
        List<Trade> askable = new ArrayList<>();
        for (Trade trade : swarm.trades.values()) {
            if (trade.neighbour.isUsable() && trade.neighbour.hasWindow(swarm)) {
                askable.add(trade);
            }
        }
        return askable;
    }

    /** The one with the shortest queue that offers a chunk. */
    private @Nullable Trade source(int chunk, List<Trade> askable) {
        int bytes = swarm.chunkBytes();
        Trade best = null;
        long shortest = Long.MAX_VALUE;
        for (Trade trade : askable) {
            long queue = trade.neighbour.queuedBytes + (long) trade.neighbour.requests.size() * bytes;
            if (queue < shortest && trade.isGoodFor(chunk, swarm.host.now) && mayAsk(trade, chunk)) {
                best = trade;
                shortest = queue;
            }
        }
        return best;
    }

    private boolean mayAsk(Trade trade, int chunk) {
        return swarm.isNear(trade) || trade.isSource || swarm.parents.isParent(trade.neighbour.host)
                || swarm.host.now - swarm.availability.namedAt(chunk) > FOREIGN_NANOS;
    }

    /** Whether the trees or the origin will bring this chunk if they are given a moment. */
    private boolean isAwaited(int chunk) {
        if (swarm.origin.willRead(chunk)) {
            return true;
        }
        int trees = swarm.parents.count();
        if (trees == 0) {
            return false;
        }
        int stripe = chunk % trees;
        Trade parent = swarm.parents.usable(stripe).orElse(null);
        if (parent == null) {
            return false;
        }
        boolean isAhead = chunk >= parent.has.end() || parent.has.next(chunk) < 0;
        long since = swarm.parents.since(stripe);
        boolean isLive = swarm.parents.live.contains(chunk) && parent.offers(chunk);
        if (!isAhead && !isLive) {
            return false;
        }
        long pace = swarm.pace.intervalNanos();
        boolean isLate = swarm.host.now - Math.max(since, swarm.availability.namedAt(chunk)) > Math.max(LEAST_PATIENCE_NANOS,
                USUAL_LAG_CHUNKS * pace);
        boolean isStalled = swarm.host.now - Math.max(since, parent.lastNamed(stripe)) > Math.max(LEAST_PATIENCE_NANOS,
                PARENT_STALLED_TURNS * pace * trees);
        return !isLate && !isStalled;
    }
}
