package dev.darter.agent.swarm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;

/**
 * Chunks that the holder of a lease reads from the origin out of order, by requests of their own: somebody waits for them, or the reading in order has
 * passed them over. What that comes to in a moment is left to it.
 */
final class ReadingAlone {

    private static final int MOST_REQUESTS = 4;
    private static final int MOST_CHUNKS = 16;
    /** So near to where the origin is being read in order a request of its own would not be faster. */
    private static final int SOON_CHUNKS = 2;
    private static final long FIRST_PAUSE_NANOS = 500_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000_000L;

    private final Swarm swarm;
    /** Ends of the stretches that are being read, by their beginnings. */
    private final Map<Integer, Integer> stretches = new HashMap<>();
    private boolean isImpossible;
    private long notBefore = Long.MIN_VALUE;
    private long pause = FIRST_PAUSE_NANOS;

    ReadingAlone(Swarm swarm) {
        this.swarm = swarm;
    }

    boolean isBusy() {
        return !stretches.isEmpty();
    }

    boolean willRead(int chunk) {
        return !stretches.isEmpty()
                && stretches.entrySet().stream().anyMatch(stretch -> chunk >= stretch.getKey() && chunk < stretch.getValue());
    }

    /** Reads these, those that are most wanted first. */
    void read(List<Integer> wanted) {
        if (isImpossible || swarm.host.now < notBefore) {
            return;
        }
        if (!swarm.readers.canReadOrigin() && wanted.stream().anyMatch(this::isUnread)) {
            // Whoever waits has a caller. What is being read for nobody here can go on there.
            swarm.origin.giveBack(Outcome.GIVEN_UP, 0);
            return;
        }
        for (int first : wanted) {
            if (stretches.size() >= MOST_REQUESTS) {
                return;
            }
            if (isUnread(first)) {
                int end = first + 1;
                while (end - first < MOST_CHUNKS && wanted.contains(end) && isUnread(end)) {
                    end++;
                }
                stretches.put(first, end);
                swarm.host.out.add(new Command.ReadAlone(swarm.blob, swarm.origin.epoch(), first, end));
            }
        }
    }

    private boolean isUnread(int chunk) {
        return !willRead(chunk) && !swarm.origin.willReadSoon(chunk, SOON_CHUNKS);
    }

    /** A stretch was read, or could not be. True when the origin wants to be asked by nobody here, or not now: that ends the lease. */
    boolean ended(int from, Outcome outcome) {
        if (stretches.remove(from) == null) {
            return false;
        }
        switch (outcome) {
            case DONE -> pause = FIRST_PAUSE_NANOS;
            case GIVEN_UP -> isImpossible = swarm.readers.canReadOrigin();
            case UNAVAILABLE, FALSE_CHAIN -> {
                notBefore = swarm.host.now + pause;
                pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
            }
            case DENIED, THROTTLED -> {
                return true;
            }
        }
        return false;
    }

    /** Nothing is read any more. */
    void stop() {
        stretches.clear();
    }
}
