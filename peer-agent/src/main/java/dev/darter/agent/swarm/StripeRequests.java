package dev.darter.agent.swarm;

import java.util.Optional;

/** Asks stripe parents: as soon as a parent names a chunk, it is asked for it. */
final class StripeRequests {

    /** Beyond the window that its rate allows, a parent is asked for so many chunks that have just come to be: they must not wait behind old ones. */
    private static final int LIVE_CHUNKS = 4;

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
        int window = neighbour.window.size(swarm.chunkBytes());
        long since = swarm.parents.since(start % step);
        int end = parent.has.end();
        for (int chunk = start; chunk < end && neighbour.requests.size() < window + LIVE_CHUNKS; chunk += step) {
            if (swarm.isFree(chunk) && parent.isGoodFor(chunk, swarm.host.now)) {
                boolean isLive = swarm.availability.namedAt(chunk) > since;
                if (isLive || neighbour.requests.size() < window) {
                    swarm.ask(chunk, parent, Request.Purpose.TREE, Urgency.NORMAL);
                }
            }
        }
    }
}
