package dev.darter.agent.swarm;

import java.util.HashMap;
import java.util.Map;

/**
 * Who has got how much, so that the next turn goes to the one who has got least: start-time fair queueing (Goyal, Vin and Cheng, 1996). Who did not
 * want anything for a time has no claim to what the others got then.
 */
final class FairTurns<K> {

    private final Map<K, Long> finished = new HashMap<>();
    private long now;

    /** The virtual time at which the next turn of one of them would begin; the least is next. */
    long next(K who) {
        return Math.max(now, finished.getOrDefault(who, 0L));
    }

    void took(K who, long bytes) {
        now = next(who);
        finished.put(who, now + bytes);
    }

    void forget(K who) {
        finished.remove(who);
    }
}
