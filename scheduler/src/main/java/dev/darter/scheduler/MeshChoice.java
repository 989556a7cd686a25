package dev.darter.scheduler;

import java.util.List;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * Which hosts a newcomer is linked with beside its parents: random ones of its zone, because a random graph of small degree stays connected
 * when many hosts vanish, and because random neighbours stand at other places of the trees. Links between zones are left to gateways.
 */
final class MeshChoice {

    private static final int TRIES_PER_NEIGHBOUR = 4;

    private MeshChoice() {}

    static void choose(Participant newcomer, BlobKey blob, List<HostId> order, Cluster cluster) {
        newcomer.mesh.clear();
        List<HostId> holders = cluster.holdings().holders(blob);
        int wanted = cluster.shape().meshNeighbours();
        for (int tries = wanted * TRIES_PER_NEIGHBOUR; tries > 0 && newcomer.mesh.size() < wanted; tries--) {
            int drawn = cluster.random().nextInt(order.size() + holders.size());
            HostId host = drawn < order.size() ? order.get(drawn) : holders.get(drawn - order.size());
            if (!host.equals(newcomer.host) && cluster.membership().isIn(host, newcomer.zone)) {
                newcomer.mesh.add(host);
            }
        }
    }
}
