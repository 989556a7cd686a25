package dev.darter.agent.swarm;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage;

/** Signs of life, and how busy this host is: to those who wait for its uplink, and to the scheduler. */
final class Heartbeats {

    private static final long WAITING_NANOS = 150_000_000L;
    private static final long CHANGED_NANOS = 500_000_000L;
    private static final long HOLDER_NANOS = 300_000_000L;
    /** A host that others are sent to for a blob must be known to be alive when one of them says that it does not deliver. */
    private static final long SEED_NANOS = 400_000_000L;
    private static final long ALIVE_NANOS = 5_000_000_000L;

    private final Host host;
    private final Map<BlobKey, Swarm> swarms;
    private final Map<HostId, PeerMessage.Load> told = new HashMap<>();
    private long lastToWaiting;
    private long lastToAll;
    private long lastAlive;

    Heartbeats(Host host, Map<BlobKey, Swarm> swarms) {
        this.host = host;
        this.swarms = swarms;
    }

    void tick() {
        if (host.now - lastToWaiting >= WAITING_NANOS) {
            lastToWaiting = host.now;
            PeerMessage.Load load = load();
            host.uplink.waiting().forEach(waiting -> tell(waiting, load));
        }
        if (host.now - lastToAll >= CHANGED_NANOS) {
            lastToAll = host.now;
            PeerMessage.Load load = load();
            told.keySet().retainAll(host.neighbours.keySet());
            for (Neighbour neighbour : host.neighbours.values()) {
                if (neighbour.isUp && (isChild(neighbour) || differs(load, told.get(neighbour.host)))) {
                    tell(neighbour.host, load);
                }
            }
        }
        alive();
    }

    private void alive() {
        if (!host.cluster.isLinked) {
            return;
        }
        Set<BlobKey> leases = new LinkedHashSet<>();
        for (Swarm swarm : swarms.values()) {
            if (swarm.origin.isHolder()) {
                leases.add(swarm.blob);
            }
        }
        long interval = !leases.isEmpty() ? HOLDER_NANOS : isSeeding() ? SEED_NANOS : ALIVE_NANOS;
        if (host.now - lastAlive >= interval) {
            lastAlive = host.now;
            host.out.tellScheduler(new AgentMessage.Alive(leases));
        }
    }

    private boolean isSeeding() {
        return swarms.values()
                .stream()
                .anyMatch(
                        swarm -> swarm.phase() == Swarm.Phase.COMPLETE && swarm.trades.values().stream().anyMatch(trade -> trade.follows));
    }

    /** Children have to notice when this host is gone even while they are not waiting for anything that it has. */
    private boolean isChild(Neighbour neighbour) {
        for (BlobKey blob : neighbour.blobs) {
            Swarm swarm = swarms.get(blob);
            Trade trade = swarm == null ? null : swarm.trades.get(neighbour.host);
            if (trade != null && !trade.childStripes.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void tell(HostId to, PeerMessage.Load load) {
        told.put(to, load);
        host.out.tell(to, load);
    }

    /** Whether a neighbour would choose otherwise if it knew. */
    private static boolean differs(PeerMessage.Load now, PeerMessage.@Nullable Load before) {
        return before == null || now.freeSlots() > 0 != before.freeSlots() > 0 || now.queuedBytes() / 2 > before.queuedBytes()
                || now.queuedBytes() < before.queuedBytes() / 2;
    }

    private PeerMessage.Load load() {
        int offered = 0;
        int children = 0;
        for (Swarm swarm : swarms.values()) {
            offered += swarm.slots();
            children += swarm.links.children();
        }
        int free = Math.max(0, Math.min(offered, host.options.slots()) - children);
        return new PeerMessage.Load(host.uplink.queuedBytes(), free, host.options.uploadBytesPerSecond());
    }
}
