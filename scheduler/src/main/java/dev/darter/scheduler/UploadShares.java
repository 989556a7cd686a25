package dev.darter.scheduler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.AgentMessage.Hello;
import dev.darter.protocol.HostId;

/**
 * Slots in proportion to upload: a host with the average rate has as many as there are trees, so that all slots together are enough for all. Who has
 * told nothing counts as the fastest that is known: it has no children that wait for it, or it would have measured its uplink.
 */
final class UploadShares {

    private static final int MOST_TIMES_AVERAGE = 4;
    private static final double SHIFT = 0.05;
    private static final double FAST = 0.9;
    /** A measured rate below so much of what the origin's reader reads is too slow for one who reads it. */
    private static final double BEHIND = 0.5;
    /** From how many slots on a host's share is another one. What is told is rounded; what is measured goes up and down. */
    private static final double TOLD_MARGIN = 0.5;
    private static final double MEASURED_MARGIN = 1.0;

    private final int trees;
    private final Set<HostId> hosts = new HashSet<>();
    private final Map<HostId, Long> known = new HashMap<>();
    private final Set<HostId> measured = new HashSet<>();
    private final Map<HostId, Integer> given = new HashMap<>();
    private double limit = Double.MAX_VALUE;
    private double fitted;
    /** Of {@link #average} and {@link #fastest}: they are asked for more often than they change. */
    private boolean isReckoned;
    private double average;
    private double fastest;

    UploadShares(int trees) {
        this.trees = trees;
    }

    void add(Hello hello) {
        isReckoned = false;
        HostId host = hello.self().host();
        hosts.add(host);
        if (hello.uploadBytesPerSecond() > 0) {
            known.put(host, hello.uploadBytesPerSecond());
        }
    }

    /** What a host has measured; 0 where it has not. What its operator says stands. */
    void measured(HostId host, long bytesPerSecond) {
        isReckoned = false;
        if (bytesPerSecond > 0 && hosts.contains(host) && (measured.contains(host) || !known.containsKey(host))) {
            measured.add(host);
            known.put(host, bytesPerSecond);
        }
    }

    /** How fast the origin is read: nobody can use more, and the fastest of many measured uplinks is the one that is measured worst. */
    void originRead(double bytesPerSecond) {
        isReckoned = false;
        limit = bytesPerSecond;
    }

    void remove(HostId host) {
        isReckoned = false;
        hosts.remove(host);
        known.remove(host);
        measured.remove(host);
        given.remove(host);
    }

    /** Whether the average is another one than at the last time this was true, so that slots should be fitted. */
    boolean hasShifted() {
        double average = average();
        boolean shifted = Math.abs(average - fitted) > SHIFT * fitted;
        fitted = shifted ? average : fitted;
        return shifted;
    }

    private double average() {
        reckon();
        return average;
    }

    private double fastest() {
        reckon();
        return fastest;
    }

    private void reckon() {
        if (isReckoned) {
            return;
        }
        isReckoned = true;
        double sum = 0;
        fastest = 0;
        for (HostId host : known.keySet()) {
            double rate = rate(host);
            sum += rate;
            fastest = Math.max(fastest, rate);
        }
        average = known.isEmpty() ? 0 : (sum + (hosts.size() - known.size()) * fastest) / hosts.size();
    }

    private double rate(HostId host) {
        Long rate = known.get(host);
        return rate == null ? fastest() : measured.contains(host) ? Math.min(rate, limit) : rate;
    }

    /** Whether a host may feed all others, as far as is known. */
    boolean isFast(HostId host) {
        return !known.containsKey(host) || rate(host) >= (measured.contains(host) ? BEHIND : FAST) * average();
    }

    /** Whether a host has measured that it sends more slowly than the origin is read. */
    boolean isBehindOrigin(HostId host) {
        return measured.contains(host) && limit < Double.MAX_VALUE && rate(host) < BEHIND * limit;
    }

    int slots(HostId host) {
        if (known.isEmpty()) {
            return trees;
        }
        double share = Math.min(trees * MOST_TIMES_AVERAGE, trees * rate(host) / average());
        double margin = known.containsKey(host) && !measured.contains(host) ? TOLD_MARGIN : MEASURED_MARGIN;
        int before = given.getOrDefault(host, trees);
        int slots = Math.abs(share - before) >= margin ? (int) Math.round(share) : before;
        given.put(host, slots);
        return slots;
    }
}
