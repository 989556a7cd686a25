package dev.darter.scheduler;

import java.util.HashMap;
import java.util.Map;

import dev.darter.protocol.HostId;

/** How many blobs of one chunk each host is giving away right now, over all swarms: who gives least is sent the next receiver. */
final class Gifts {

    private final Map<HostId, Integer> underway = new HashMap<>();

    int of(HostId giver) {
        return underway.getOrDefault(giver, 0);
    }

    void begin(HostId giver) {
        underway.merge(giver, 1, Integer::sum);
    }

    void end(HostId giver) {
        underway.computeIfPresent(giver, (_, count) -> count == 1 ? null : count - 1);
    }
}
