package dev.darter.agent.peer;

import dev.darter.protocol.Codec;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.service.WebSocketLink;

/**
 * An open link with a neighbour after both hellos: the control socket and the data connections beneath it.
 *
 * @param initiator which of the two hosts opened it
 */
record PeerLink(Member peer, HostId initiator, WebSocketLink socket, NeighbourLanes lanes) {

    void send(PeerMessage message) {
        socket.send(Codec.PEER.encode(message));
    }

    /**
     * Whether this link takes the place of another with the same host. Two hosts that open links to each other at the same moment must keep
     * the same one: that of the host whose name comes first. A second link of the same opener means that it has lost the first.
     */
    boolean replaces(PeerLink other) {
        return initiator.equals(other.initiator) || initiator.compareTo(other.initiator) < 0;
    }

    void close() {
        socket.close();
        lanes.close();
    }
}
