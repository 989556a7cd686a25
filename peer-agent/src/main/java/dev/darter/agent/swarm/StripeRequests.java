package dev.darter.agent.swarm;

import java.util.Optional;

import dev.darter.protocol.ChunkSet;

/**
 * Asks stripe parents for what comes down the trees: as soon as a parent names a chunk that is new to this host, it is asked for it. What was
 * there before this host came is left to {@link ChunkChoice}, which asks whoever has room for it, so that old chunks don't hold up new ones.
 */
final class StripeRequests {

    /** New chunks may exceed the window that the parent's rate allows by so many: they must not wait behind what was asked for over the mesh. */
    private static final int BEYOND_WINDOW = 4;

    private StripeRequests() {}

    static void ask(Swarm swarm) {
        int trees = swarm.parents.count();
        if (trees == 0) {
            return;
        }
        ChunkSet free = swarm.free(swarm.parents.live);
        for (int stripe = 0; stripe < trees && !free.isEmpty(); stripe++) {
            Optional<Trade> parent = swarm.parents.usable(stripe);
            if (parent.isPresent()) {
                askParent(swarm, parent.get(), free, stripe, trees);
            }
        }
    }

    private static void askParent(Swarm swarm, Trade parent, ChunkSet free, int stripe, int trees) {
        Neighbour neighbour = parent.neighbour;
        for (int chunk = free.next(0); chunk >= 0; chunk = free.next(chunk + 1)) {
            if (chunk % trees == stripe && parent.isGoodFor(chunk, swarm.host.now)) {
                if (!neighbour.hasWindow(swarm, BEYOND_WINDOW)) {
                    return;
                }
                swarm.underway.ask(chunk, parent, Request.Purpose.TREE, swarm.urgency());
            }
        }
    }
}
