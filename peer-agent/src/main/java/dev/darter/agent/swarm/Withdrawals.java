package dev.darter.agent.swarm;

/**
 * Takes back requests that wait too long where another neighbour could serve them sooner. A request moves, it is not doubled: the chunk is free
 * to be asked for elsewhere only when the sender has said that it will not come. What has begun to come and does not end is given up, whoever
 * else has it: a sender that lets bytes drip must not hold up a pull.
 */
final class Withdrawals {

    private static final long LEAST_NANOS = 2_000_000_000L;
    private static final long LEAST_MESH_NANOS = 200_000_000L;
    private static final int MESH_TIMES_PACE = 6;
    private static final int TIMES_USUAL = 4;
    private static final int TIMES_PACE = 24;
    /** A chunk comes whole within so long of its first bytes, and what a slow link and the chunks beside it take. */
    private static final long LEAST_STALLED_NANOS = 4_000_000_000L;
    private static final long SLOW_LINK_BYTES_PER_SECOND = 256 * 1024;
    private static final long STALLED_TIMES_PACE = 4;
    private static final long MOST_FOR_PACE_NANOS = 20_000_000_000L;

    private Withdrawals() {}

    static void review(Swarm swarm) {
        long stalled = LEAST_STALLED_NANOS + swarm.chunkBytes() * 1_000_000_000L / SLOW_LINK_BYTES_PER_SECOND
                + Math.min(MOST_FOR_PACE_NANOS, STALLED_TIMES_PACE * swarm.underway.countStarted() * swarm.pace.intervalNanos());
        for (Request request : swarm.underway.requests()) {
            long since = request.startedAt > 0 ? request.startedAt : request.withdrawnAt;
            if (since > 0 && swarm.host.now - since > stalled) {
                swarm.stalled(request);
            }
            // What is being sent is finished: taking it back would only waste the bytes that have come.
            if (request.isWithdrawn || request.startedAt > 0) {
                continue;
            }
            Neighbour neighbour = swarm.host.neighbours.get(request.from);
            long usual = neighbour == null ? 0 : neighbour.window.responseNanos();
            long patience = request.purpose == Request.Purpose.MESH
                    ? Math.max(LEAST_MESH_NANOS, MESH_TIMES_PACE * swarm.pace.intervalNanos())
                    : Math.max(LEAST_NANOS, Math.max(TIMES_USUAL * usual, TIMES_PACE * swarm.pace.intervalNanos()));
            if (swarm.host.now - request.askedAt > patience && neighbour != null && hasBetterSource(swarm, request, neighbour)) {
                swarm.underway.withdraw(request);
                swarm.meshWindow.timedOut();
            }
        }
    }

    private static boolean hasBetterSource(Swarm swarm, Request request, Neighbour now) {
        int bytes = swarm.chunkBytes();
        return swarm.trades.values()
                .stream()
                .anyMatch(trade -> trade.neighbour != now && trade.neighbour.isUsable()
                        && trade.offers(request.chunk) && trade.neighbour.hasWindow(swarm)
                        && trade.neighbour.queuedBytes * 2 < now.queuedBytes + bytes);
    }
}
