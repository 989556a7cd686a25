package dev.darter.agent.blob;

import java.util.ArrayList;
import java.util.List;

import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;

/** Announcements that can't be used yet, because the blob's size is not known here or is thought to be another one. Not thread-safe. */
final class EarlyHaves {

    /** Neighbours repeat themselves in bulk, so few are enough. */
    private static final int MOST = 256;

    /** One announcement. */
    record Early(HostId from, Have have) {}

    private final List<Early> waiting = new ArrayList<>();

    void add(HostId from, Have have) {
        if (waiting.size() < MOST) {
            waiting.add(new Early(from, have));
        }
    }

    /** All of them; they wait no longer. */
    List<Early> take() {
        List<Early> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }
}
