package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chunks that nobody known has, and for which the origin is not asked either: a lost host alone had them. Perhaps named before it was known here
 * that it is lost, so that the reading of the origin has passed over them. Who has them may also be away for a moment, so they count after some time.
 * <p>
 * In simulation (256 MiB, 200 Mbit/s, the host that reads freezes at one of 80 moments, three seeds) the longest that a reader on 3 other hosts stands
 * still is 2.3 s, and was 10.6 s when holes were read after all the rest; on 29 others 3.1 and 10.8 s. As many chunks are read again.
 */
final class Holes {

    private static final long LASTING_NANOS = 700_000_000L;
    /** So many at a time, as many as one request brings: they are looked for with each tick. */
    private static final int MOST = 16;

    private final Swarm swarm;
    private final Map<Integer, Long> since = new HashMap<>();

    Holes(Swarm swarm) {
        this.swarm = swarm;
    }

    /** Those of the first ones, from chunk {@code from} to before {@code to}, that have lasted. Has to be called often: that is how the time is counted. */
    List<Integer> lasting(int from, int to) {
        Set<Integer> holes = find(from, to);
        since.keySet().retainAll(holes);
        List<Integer> lasting = new ArrayList<>();
        for (int chunk : holes) {
            if (swarm.host.now - since.computeIfAbsent(chunk, _ -> swarm.host.now) > LASTING_NANOS) {
                lasting.add(chunk);
            }
        }
        return lasting;
    }

    private Set<Integer> find(int from, int to) {
        Set<Integer> holes = new LinkedHashSet<>();
        for (int chunk = swarm.arrived.nextMissing(from); chunk < to && holes.size() < MOST; chunk = swarm.arrived.nextMissing(chunk + 1)) {
            if (!swarm.origin.isElsewhere(chunk)) {
                holes.add(chunk);
            }
        }
        return holes;
    }

    /** Counts the time anew. */
    void clear() {
        since.clear();
    }
}
