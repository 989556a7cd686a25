package dev.darter.scheduler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.HostId;

/**
 * Who was caught lying. One accusation is enough to drop a host, because states are signed and chunks are checked against them; but an accuser
 * is believed only a few times, so that a liar can't empty the cluster by accusing everybody.
 */
final class Accusations {

    private static final int BELIEVED_PER_ACCUSER = 3;

    private final Map<HostId, Set<HostId>> byAccuser = new HashMap<>();
    private final Set<HostId> shunned = new LinkedHashSet<>();

    /** Whether the accused is to be dropped now. An accusation by somebody who was dropped himself is worth nothing. */
    boolean accuse(HostId accuser, HostId accused) {
        if (shunned.contains(accuser) || accuser.equals(accused)) {
            return false;
        }
        Set<HostId> earlier = byAccuser.computeIfAbsent(accuser, _ -> new HashSet<>());
        if (earlier.size() >= BELIEVED_PER_ACCUSER && !earlier.contains(accused)) {
            return false;
        }
        earlier.add(accused);
        return shunned.add(accused);
    }

    boolean isShunned(HostId host) {
        return shunned.contains(host);
    }

    Set<HostId> shunned() {
        return shunned;
    }
}
