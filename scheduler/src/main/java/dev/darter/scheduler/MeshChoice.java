package dev.darter.scheduler;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/**
 * Which hosts a newcomer is linked with beside its parents: random ones of its zone, because a random graph of small degree stays connected
 * when many hosts vanish, and because random neighbours stand at other places of the trees. Links between zones are left to gateways.
 */
final class MeshChoice {

    private static final int TRIES_PER_NEIGHBOUR = 4;

    private MeshChoice() {}

    static void choose(Participant newcomer, List<HostId> order, Map<HostId, Participant> participants, Cluster cluster) {
        newcomer.mesh.clear();
        int wanted = cluster.shape().meshNeighbours();
        for (int tries = wanted * TRIES_PER_NEIGHBOUR; tries > 0 && newcomer.mesh.size() < wanted; tries--) {
            HostId host = order.get(cluster.random().nextInt(order.size()));
            @Nullable
            Participant other = participants.get(host);
            if (other != null && other != newcomer && !other.suspended && other.zone.equals(newcomer.zone)) {
                newcomer.mesh.add(host);
            }
        }
    }
}
