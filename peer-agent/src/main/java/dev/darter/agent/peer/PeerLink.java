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

    void close() {
        socket.close();
        lanes.close();
    }
}
