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
 * One forest for each zone. A zone in which nobody has the blob is fed over one link: one of its hosts, the gateway, stands in the trees of
 * the main zone and is the root in its own, so a thin link between zones carries each byte once. A gateway that has its zone to feed is a leaf in the
 * main zone; one that is alone in its own forwards there as any other host, or the main zone would have to feed all zones by itself.
 *
 * <p>Methods add the hosts whose parents changed to {@code changed}.
 */
final class ZonedForest {

    private final int treeCount;
    private final Map<String, Forest> forests = new LinkedHashMap<>();
    private final Map<String, Set<HostId>> sources = new HashMap<>();
    private final Map<String, HostId> gateways = new LinkedHashMap<>();
    private final Map<HostId, String> zones = new LinkedHashMap<>();
    private final Map<HostId, Integer> slotsOf = new HashMap<>();
    /** Hosts of other zones that have children in the main zone's forest, or could have. */
    private final Set<HostId> helpers = new LinkedHashSet<>();
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
        slotsOf.put(host, slots);
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
            if (helpers.contains(host)) {
                // Its children have not quite as much as it has: they stay.
                gateways.remove(zone);
                changed.addAll(main().complete(host));
            } else {
                dropGateway(zone, host, changed);
            }
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
        slotsOf.remove(host);
        dropGateway(zone, host, changed);
        dropHelper(host, changed);
        changed.addAll(forest(zone).remove(host));
        settle(changed);
        changed.remove(host);
    }

    /** The upload of a host is another one than was thought. */
    void fit(HostId host, int slots, Set<HostId> changed) {
        String zone = zones.get(host);
        if (zone == null) {
            return;
        }
        slotsOf.put(host, slots);
        if (helpers.contains(host)) {
            changed.addAll(main().fit(host, slots));
        } else if (!host.equals(gateways.get(zone))) {
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
            List.copyOf(helpers).forEach(host -> dropHelper(host, changed));
            mainZone = main;
        }
        if (main == null || forests.size() == 1) {
            return;
        }
        List.copyOf(helpers).stream().filter(host -> !isAlone(host)).forEach(host -> endHelp(host, changed));
        for (String zone : forests.keySet()) {
            if (!zone.equals(main) && sources(zone).isEmpty() && !gateways.containsKey(zone)) {
                anyMember(zone).ifPresent(host -> promote(host, zone, changed));
            }
        }
    }

    private void promote(HostId host, String zone, Set<HostId> changed) {
        gateways.put(zone, host);
        changed.addAll(forest(zone).addRoot(host, treeCount));
        if (isAlone(host)) {
            helpers.add(host);
        }
        changed.addAll(main().add(host, isAlone(host) ? slotsOf.getOrDefault(host, treeCount) : 0));
        changed.add(host);
    }

    private boolean isAlone(HostId host) {
        return forest(java.util.Objects.requireNonNull(zones.get(host))).isAlone(host);
    }

    /** A helper has its own zone to feed from now on. */
    private void endHelp(HostId host, Set<HostId> changed) {
        helpers.remove(host);
        if (gateways.containsValue(host)) {
            changed.addAll(main().fit(host, 0));
        } else {
            changed.addAll(main().remove(host));
        }
    }

    private void dropHelper(HostId host, Set<HostId> changed) {
        if (helpers.remove(host)) {
            changed.addAll(main().remove(host));
        }
    }

    private Forest main() {
        return forest(java.util.Objects.requireNonNull(mainZone));
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
