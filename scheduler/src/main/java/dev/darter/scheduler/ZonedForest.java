package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/**
 * One forest for each zone. A zone in which nobody has the blob is fed over one link: one of its hosts, the gateway, is a leaf in the trees of
 * the main zone and the root in its own, so a thin link between zones carries each byte once.
 *
 * <p>Methods add the hosts whose parents changed to {@code changed}.
 */
final class ZonedForest {

    private final int treeCount;
    private final Map<String, Forest> forests = new LinkedHashMap<>();
    private final Map<String, Set<HostId>> sources = new HashMap<>();
    private final Map<String, HostId> gateways = new LinkedHashMap<>();
    private final Map<HostId, String> zones = new LinkedHashMap<>();
    private final Set<HostId> completed = new HashSet<>();
    @Nullable
    private String mainZone;

    ZonedForest(int treeCount) {
        this.treeCount = treeCount;
    }

    boolean contains(HostId host) {
        return zones.containsKey(host);
    }

    /** A host that wants the blob. */
    void join(HostId host, String zone, int slots, Set<HostId> changed) {
        leave(host, changed);
        zones.put(host, zone);
        changed.addAll(forest(zone).add(host, slots));
        settle(changed);
    }

    /** The host that reads the origin. */
    void root(HostId host, String zone, int slots, Set<HostId> changed) {
        leave(host, changed);
        zones.put(host, zone);
        sources(zone).add(host);
        changed.addAll(forest(zone).addRoot(host, slots));
        settle(changed);
    }

    /** A host that has the blob complete and was not part of the swarm. */
    void seed(HostId host, String zone, int slots, Set<HostId> changed) {
        leave(host, changed);
        zones.put(host, zone);
        sources(zone).add(host);
        completed.add(host);
        changed.addAll(forest(zone).addSeed(host, slots));
        settle(changed);
    }

    /** A host has all now. */
    void complete(HostId host, Set<HostId> changed) {
        String zone = zones.get(host);
        if (zone != null && completed.add(host)) {
            sources(zone).add(host);
            changed.addAll(forest(zone).complete(host));
            dropGateway(zone, host, changed);
            settle(changed);
        }
    }

    /** A host is gone, or no longer fit to be anybody's parent. */
    void leave(HostId host, Set<HostId> changed) {
        String zone = zones.remove(host);
        if (zone == null) {
            return;
        }
        completed.remove(host);
        sources(zone).remove(host);
        dropGateway(zone, host, changed);
        changed.addAll(forest(zone).remove(host));
        settle(changed);
        changed.remove(host);
    }

    /** The upload of a host is another one than was thought. */
    void fit(HostId host, int slots, Set<HostId> changed) {
        String zone = zones.get(host);
        if (zone != null && !host.equals(gateways.get(zone))) {
            changed.addAll(forest(zone).fit(host, slots));
        }
    }

    void moved(HostId host, int stripe, HostId to, Set<HostId> changed) {
        String zone = zones.get(host);
        if (zone != null && !host.equals(gateways.get(zone))) {
            changed.addAll(forest(zone).moved(host, stripe, to));
        }
    }

    /** The parents of a host, one for each stripe. */
    List<Optional<HostId>> parents(HostId host) {
        String zone = zones.get(host);
        if (zone != null && host.equals(gateways.get(zone)) && mainZone != null) {
            return forest(mainZone).parents(host);
        }
        return zone == null ? new Forest(treeCount).parents(host) : forest(zone).parents(host);
    }

    List<HostId> children(HostId host) {
        List<HostId> children = new ArrayList<>();
        forests.values().forEach(forest -> children.addAll(forest.children(host)));
        return children;
    }

    /** Decides which zone has the blob, and sees to it that each other zone has a gateway. */
    private void settle(Set<HostId> changed) {
        String main = mainZone != null && !sources(mainZone).isEmpty() ? mainZone : richestZone();
        if (!java.util.Objects.equals(main, mainZone)) {
            List.copyOf(gateways.keySet()).forEach(zone -> demote(zone, changed));
            mainZone = main;
        }
        if (main == null || forests.size() == 1) {
            return;
        }
        for (String zone : forests.keySet()) {
            if (!zone.equals(main) && sources(zone).isEmpty() && !gateways.containsKey(zone)) {
                anyMember(zone).ifPresent(host -> promote(host, zone, changed));
            }
        }
    }

    private void promote(HostId host, String zone, Set<HostId> changed) {
        gateways.put(zone, host);
        changed.addAll(forest(zone).addRoot(host, treeCount));
        changed.addAll(forest(java.util.Objects.requireNonNull(mainZone)).add(host, 0));
        changed.add(host);
    }

    private void demote(String zone, Set<HostId> changed) {
        HostId host = java.util.Objects.requireNonNull(gateways.get(zone));
        dropGateway(zone, host, changed);
        changed.addAll(forest(zone).remove(host));
        changed.addAll(forest(zone).add(host, treeCount));
    }

    private void dropGateway(String zone, HostId host, Set<HostId> changed) {
        if (host.equals(gateways.get(zone))) {
            gateways.remove(zone);
            if (mainZone != null) {
                changed.addAll(forest(mainZone).remove(host));
            }
        }
    }

    private Optional<HostId> anyMember(String zone) {
        return zones.entrySet().stream().filter(entry -> entry.getValue().equals(zone)).map(Map.Entry::getKey).findFirst();
    }

    private @Nullable String richestZone() {
        String richest = null;
        for (String zone : forests.keySet()) {
            if (!sources(zone).isEmpty() && (richest == null || sources(zone).size() > sources(richest).size())) {
                richest = zone;
            }
        }
        return richest;
    }

    private Forest forest(String zone) {
        return forests.computeIfAbsent(zone, _ -> new Forest(treeCount));
    }

    private Set<HostId> sources(String zone) {
        return sources.computeIfAbsent(zone, _ -> new LinkedHashSet<>());
    }
}
