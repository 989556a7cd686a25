package dev.darter.scheduler;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;

/**
 * Who gives a blob of one chunk to whom. Nobody has anything to pass on before it has the whole blob, so that trees and announcements would cost
 * some sixty messages for each host and bring nothing: a host that waits is told one holder as soon as there is one with room, and asks it. Who gets
 * nothing there says that it is stuck, and then gets a place like everybody else.
 */
final class Handouts {

    /** A holder that gives so much at once is left alone where somebody is getting the blob already, who can give it then. */
    private static final int MOST_AT_ONCE = 2;
    /** Of a blob that is everywhere so many holders are looked at. */
    private static final int LOOKED_AT = 16;

    private final BlobKey blob;
    private final Cluster cluster;
    /** Those who wait, by their zones. */
    private final Map<String, ArrayDeque<HostId>> waiting = new LinkedHashMap<>();
    /** By whom each host that has been told a holder is given the blob. */
    private final Map<HostId, HostId> givers = new HashMap<>();
    private final Map<HostId, String> zones = new HashMap<>();
    /** How many hosts of each zone are getting the blob. */
    private final Map<String, Integer> getting = new HashMap<>();

    Handouts(BlobKey blob, Cluster cluster) {
        this.blob = blob;
        this.cluster = cluster;
    }

    /** Whether a blob of this size, -1 for an unknown one, is handed out. */
    static boolean isFor(long size) {
        return size >= 0 && ChunkLayout.forSize(size).count() == 1;
    }

    /** Whether a host waits for its holder here, or has been told one. */
    boolean contains(HostId host) {
        return zones.containsKey(host);
    }

    /** A host waits from now on. */
    void add(HostId host, String zone) {
        zones.put(host, zone);
        queue(zone).addLast(host);
    }

    private ArrayDeque<HostId> queue(String zone) {
        return waiting.computeIfAbsent(zone, _ -> new ArrayDeque<>());
    }

    /** A host says again that it waits: it is told its holder once more, if it has been told one. */
    void repeat(HostId host) {
        HostId giver = givers.get(host);
        tell(host, giver == null ? Optional.empty() : member(giver));
    }

    /** Says that it will take a moment, so that nobody takes the scheduler for lost. */
    void tellToWait(HostId host) {
        if (contains(host) && !givers.containsKey(host)) {
            tell(host, Optional.empty());
        }
    }

    /** A host has the blob, reads it from the origin, or is gone: it waits no longer. */
    void remove(HostId host) {
        String zone = zones.remove(host);
        if (zone != null && !endGift(host, zone)) {
            queue(zone).remove(host);
        }
    }

    /** A holder is gone, or has the blob no more: who was to get it there gets it from somebody else. */
    void lost(HostId giver) {
        for (HostId receiver : givers.entrySet().stream().filter(gift -> gift.getValue().equals(giver)).map(Map.Entry::getKey).toList()) {
            String zone = java.util.Objects.requireNonNull(zones.get(receiver));
            endGift(receiver, zone);
            queue(zone).addFirst(receiver);
        }
    }

    /** False where the host was not getting anything. */
    private boolean endGift(HostId receiver, String zone) {
        HostId giver = givers.remove(receiver);
        if (giver == null) {
            return false;
        }
        cluster.gifts().end(giver);
        getting.computeIfPresent(zone, (_, count) -> count == 1 ? null : count - 1);
        return true;
    }

    /** Tells as many of those who wait as there is room for whom to ask. */
    void handOut(Predicate<HostId> isGood) {
        waiting.forEach((zone, hosts) -> {
            while (!hosts.isEmpty()) {
                HostId giver = choose(zone, isGood);
                if (giver == null) {
                    return;
                }
                HostId receiver = hosts.removeFirst();
                givers.put(receiver, giver);
                cluster.gifts().begin(giver);
                getting.merge(zone, 1, Integer::sum);
                tell(receiver, member(giver));
            }
        });
    }

    /** The holder that gives least: one of this zone, where there is one or will be one soon, since links between zones may be thin. */
    private @Nullable HostId choose(String zone, Predicate<HostId> isGood) {
        List<HostId> holders = cluster.holdings().holders(blob);
        int first = holders.size() > LOOKED_AT ? cluster.random().nextInt(holders.size()) : 0;
        HostId near = null;
        HostId far = null;
        for (int i = 0; i < Math.min(LOOKED_AT, holders.size()); i++) {
            HostId holder = holders.get((first + i) % holders.size());
            if (!isGood.test(holder)) {
                continue;
            }
            if (cluster.membership().isIn(holder, zone)) {
                near = lesser(near, holder);
            } else {
                far = lesser(far, holder);
            }
        }
        boolean isComing = getting.containsKey(zone);
        if (near != null) {
            return isComing && cluster.gifts().of(near) >= MOST_AT_ONCE ? null : near;
        }
        return isComing ? null : far;
    }

    private HostId lesser(@Nullable HostId one, HostId other) {
        return one == null || cluster.gifts().of(other) < cluster.gifts().of(one) ? other : one;
    }

    private Optional<Member> member(HostId host) {
        return cluster.membership().find(host).map(hello -> hello.self());
    }

    private void tell(HostId host, Optional<Member> holder) {
        cluster.outbox().tell(host, new SchedulerMessage.Source(blob, holder));
    }
}
