package dev.darter.scheduler;

import java.util.HashMap;
import java.util.Map;

/** Registries that asked to wait (429, Retry-After). One such answer binds the whole cluster. */
final class Throttles {

    private final Map<String, Long> until = new HashMap<>();

    void throttle(String registry, long untilNanos) {
        until.merge(registry, untilNanos, Math::max);
    }

    boolean isThrottled(String registry, long now) {
        Long end = until.get(registry);
        if (end != null && end <= now) {
            until.remove(registry);
            return false;
        }
        return end != null;
    }

    /** How long still, in milliseconds. */
    long remainingMillis(String registry, long now) {
        return isThrottled(registry, now) ? (until.getOrDefault(registry, now) - now + 999_999) / 1_000_000 : 0;
    }
}
