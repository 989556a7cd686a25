package dev.darter.agent.swarm;

import java.util.Optional;

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
        int first = swarm.arrived.nextMissing(0);
        for (int stripe = 0; stripe < trees; stripe++) {
            Optional<Trade> parent = swarm.parents.usable(stripe);
            if (parent.isPresent()) {
                int start = first + Math.floorMod(stripe - first, trees);
                askParent(swarm, parent.get(), start, trees);
            }
        }
    }

    private static void askParent(Swarm swarm, Trade parent, int start, int step) {
        Neighbour neighbour = parent.neighbour;
        long since = swarm.parents.since(start % step);
        int end = parent.has.end();
        for (int chunk = start; chunk < end && neighbour.hasWindow(swarm, BEYOND_WINDOW); chunk += step) {
            if (swarm.isFree(chunk) && parent.isGoodFor(chunk, swarm.host.now)) {
                if (swarm.availability.namedAt(chunk) > since) {
                    swarm.underway.ask(chunk, parent, Request.Purpose.TREE, swarm.urgency());
                }
            }
        }
    }
}
