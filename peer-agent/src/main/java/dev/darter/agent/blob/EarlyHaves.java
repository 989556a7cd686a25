package dev.darter.agent.blob;

import java.util.ArrayList;
import java.util.List;

import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;

/** Announcements that can't be used yet, because the blob's size is not known here or is thought to be another one. Not thread-safe. */
final class EarlyHaves {

    /** Neighbours repeat themselves in bulk, so few are enough. */
    private static final int MOST = 256;
    /** Honest ones have no more; but a neighbour's message may carry a hundred thousand. */
    private static final int MOST_STATES = MOST * (LocalContent.ANNOUNCED_WITH_STATES + 1);

    /** One announcement. */
    record Early(HostId from, Have have) {}

    private final List<Early> waiting = new ArrayList<>();
    private int states;

    void add(HostId from, Have have) {
        int more = have.lone().size() + have.states().stream().mapToInt(run -> 1 + run.states().size()).sum();
        if (waiting.size() < MOST && states + more <= MOST_STATES) {
            waiting.add(new Early(from, have));
            states += more;
        }
    }

    /** All of them; they wait no longer. */
    List<Early> take() {
        List<Early> taken = List.copyOf(waiting);
        waiting.clear();
        states = 0;
        return taken;
    }
}
