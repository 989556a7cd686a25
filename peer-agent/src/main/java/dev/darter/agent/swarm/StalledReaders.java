package dev.darter.agent.swarm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees to it that a reader of the whole blob gets on. Chunks come in any order, and one that a tree has lost is asked for over the mesh, where
 * it comes last at every uplink; all that is behind it is here and can't be given to the reader. So a chunk that a reader has waited for too
 * long goes before others. One for each reader at a time: urgency for more would make all others late.
 */
final class StalledReaders {

    /**
     * In simulation (256 MiB, 200 Mbit/s, arrivals within two seconds) the longest stall of 100 hosts is 9 to 10 s without this, 1.7 to
     * 2.4 s with it, and the last finisher is hardly later. After 300 ms images of several layers take longer.
     */
    private static final long PATIENCE_NANOS = 500_000_000L;
    private static final int TIMES_PACE = 8;

    private final Swarm swarm;
    private final ChunkChoice choice;
    private final Map<Integer, Long> waitedForSince = new HashMap<>();

    StalledReaders(Swarm swarm, ChunkChoice choice) {
        this.swarm = swarm;
        this.choice = choice;
    }

    void review() {
        List<Integer> next = swarm.nextOfReaders();
        waitedForSince.keySet().retainAll(next);
        long patience = Math.max(PATIENCE_NANOS, TIMES_PACE * swarm.pace.intervalNanos());
        for (int chunk : next) {
            long since = waitedForSince.computeIfAbsent(chunk, _ -> swarm.host.now);
            if (swarm.host.now - since > patience && !swarm.origin.willRead(chunk) && isOvertaken(chunk)) {
                hurry(chunk);
            }
        }
    }

    /** Whether a later chunk of its stripe is here: else it is the tree that needs so long, for all that hang on it. */
    private boolean isOvertaken(int chunk) {
        int step = Math.max(1, swarm.trees());
        for (int later = chunk + step; later < swarm.arrived.end(); later += step) {
            if (swarm.arrived.contains(later)) {
                return true;
            }
        }
        return false;
    }

    private void hurry(int chunk) {
        if (swarm.isFree(chunk)) {
            choice.askFor(chunk, Urgency.URGENT);
        } else {
            swarm.underway.urge(chunk);
        }
    }
}
