package dev.darter.agent.swarm;

import java.util.Comparator;
import java.util.Optional;

/**
 * The last chunks of a blob. One slow sender would hold up all, so a chunk that is overdue is asked for at a second neighbour, and the slower
 * answer is cancelled. Only a few, and only now: in the middle of a transfer doubled requests fill the uplinks with duplicates.
 */
final class EndGame {

    private static final int LAST_CHUNKS = 8;
    private static final int MOST_DOUBLED = 2;
    private static final long LEAST_OVERDUE_NANOS = 150_000_000L;

    private EndGame() {}

    static void play(Swarm swarm) {
        int missing = swarm.layout().count() - swarm.arrived.size();
        if (missing == 0 || missing > LAST_CHUNKS) {
            return;
        }
        int doubled = swarm.underway.count(Request.Purpose.END_GAME);
        for (Request request : swarm.underway.requests()) {
            if (doubled >= MOST_DOUBLED) {
                return;
            }
            if (request.purpose != Request.Purpose.END_GAME && !request.isWithdrawn && swarm.underway.requestsFor(request.chunk).size() == 1
                    && isOverdue(request, swarm)) {
                Optional<Trade> second = swarm.trades.values()
                        .stream()
                        .filter(trade -> trade.neighbour.isUsable() && swarm.isNear(trade) && trade.offers(request.chunk)
                                && !trade.neighbour.host.equals(request.from))
                        .min(Comparator.comparingLong(trade -> trade.neighbour.queuedBytes + trade.neighbour.requests.size()));
                if (second.isPresent()) {
                    swarm.underway.ask(request.chunk, second.get(), Request.Purpose.END_GAME, Urgency.NORMAL);
                    doubled++;
                }
            }
        }
    }

    private static boolean isOverdue(Request request, Swarm swarm) {
        Neighbour neighbour = swarm.host.neighbours.get(request.from);
        long usual = neighbour == null ? 0 : neighbour.window.responseNanos();
        return swarm.host.now - request.askedAt > Math.max(LEAST_OVERDUE_NANOS, 2 * usual);
    }
}
