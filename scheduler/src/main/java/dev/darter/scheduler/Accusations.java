package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * Who was caught lying. One accusation is enough to drop a host, because states are signed and chunks are checked against them. But it carries
 * no evidence, and a host whose registry or disk lied to it looks like a liar: so it is dropped for some time and not for ever, longer for each
 * further accusation, and an accuser is believed a few times only, so that a liar can't empty the cluster by accusing everybody.
 */
final class Accusations {

    private static final int BELIEVED_PER_ACCUSER = 3;
    private static final int MISREAD_BLOBS = 2;
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final long FIRST_NANOS = HOUR_NANOS / 6;
    private static final long LONGEST_NANOS = 24 * HOUR_NANOS;

    private static final class Case {

        final Set<HostId> accusers = new HashSet<>();
        boolean isShunned;
        long shunnedUntil;
        /** For how long the next accusation counts. */
        long term = FIRST_NANOS;
    }

    /** Whom an accuser has accused, and when. */
    private final Map<HostId, Map<HostId, Long>> byAccuser = new HashMap<>();
    /** Blobs that a host has read wrong, and when. */
    private final Map<HostId, Map<BlobKey, Long>> misread = new HashMap<>();
    private final Map<HostId, Case> cases = new LinkedHashMap<>();

    /** Whether the accused is to be dropped now. An accusation by somebody who was dropped himself is worth nothing. */
    boolean accuse(HostId accuser, HostId accused, long now) {
        if (isShunned(accuser) || accuser.equals(accused) || !isBelieved(accuser, accused, now)) {
            return false;
        }
        Case against = cases.computeIfAbsent(accused, _ -> new Case());
        boolean isNew = !against.isShunned;
        against.isShunned = true;
        if (against.accusers.add(accuser)) {
            against.shunnedUntil = Math.max(against.shunnedUntil, now) + against.term;
            against.term = Math.min(LONGEST_NANOS, against.term * 2);
        }
        return isNew;
    }

    /**
     * The same for what the accused had read from an origin. It may have been deceived itself, once: who reads a second blob wrong within an hour
     * is dropped.
     */
    boolean misread(HostId accuser, HostId accused, BlobKey blob, long now) {
        Map<BlobKey, Long> blobs = misread.computeIfAbsent(accused, _ -> new HashMap<>());
        blobs.values().removeIf(at -> now - at > HOUR_NANOS);
        blobs.put(blob, now);
        if (blobs.size() < MISREAD_BLOBS) {
            return false;
        }
        misread.remove(accused);
        return accuse(accuser, accused, now);
    }

    private boolean isBelieved(HostId accuser, HostId accused, long now) {
        Map<HostId, Long> earlier = byAccuser.computeIfAbsent(accuser, _ -> new HashMap<>());
        earlier.values().removeIf(at -> now - at > HOUR_NANOS);
        boolean isBelieved = earlier.containsKey(accused) || earlier.size() < BELIEVED_PER_ACCUSER;
        if (isBelieved) {
            earlier.put(accused, now);
        }
        return isBelieved;
    }

    boolean isShunned(HostId host) {
        Case against = cases.get(host);
        return against != null && against.isShunned;
    }

    List<HostId> shunned() {
        return cases.entrySet().stream().filter(entry -> entry.getValue().isShunned).map(Map.Entry::getKey).toList();
    }

    /** Hosts whose time is over; they are shunned no longer. */
    List<HostId> pardon(long now) {
        List<HostId> pardoned = new ArrayList<>();
        cases.forEach((host, against) -> {
            if (against.isShunned && against.shunnedUntil <= now) {
                pardoned.add(host);
                against.isShunned = false;
                // Whoever accuses it again has seen it lie again.
                against.accusers.clear();
            }
        });
        cases.values().removeIf(against -> !against.isShunned && now - against.shunnedUntil > LONGEST_NANOS);
        misread.values().removeIf(blobs -> blobs.values().stream().allMatch(at -> now - at > HOUR_NANOS));
        byAccuser.values().removeIf(earlier -> earlier.values().stream().allMatch(at -> now - at > HOUR_NANOS));
        return pardoned;
    }

    /** When {@link #pardon} has something to do; {@link Long#MAX_VALUE} when nobody is shunned. */
    long nextPardon() {
        return cases.values()
                .stream()
                .filter(against -> against.isShunned)
                .mapToLong(against -> against.shunnedUntil)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
