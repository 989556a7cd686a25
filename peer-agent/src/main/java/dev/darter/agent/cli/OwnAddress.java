package dev.darter.agent.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

import dev.darter.service.HostPort;

/** What other agents are told to connect to. */
final class OwnAddress {
    private OwnAddress() {}

    /**
     * As the operator says; where he only says "all interfaces", the address from which this host reaches the scheduler. Port 0 stands for
     * the one that will be bound.
     */
    static Optional<HostPort> advertised(Optional<HostPort> advertise, HostPort peer, List<URI> schedulers) throws CommandException {
        if (advertise.isPresent() || !isWildcard(peer) || schedulers.isEmpty()) {
            return advertise;
        }
        URI scheduler = schedulers.getFirst();
        // Connecting a datagram socket sends nothing; it only asks the routing table.
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(scheduler.getHost()), scheduler.getPort()));
            return Optional.of(new HostPort(socket.getLocalAddress().getHostAddress(), peer.port()));
        } catch (IOException e) {
            throw CommandException
                    .usage("--peer " + peer + " does not say where other agents find this host; add --advertise HOST:" + peer.port());
        }
    }

    private static boolean isWildcard(HostPort address) {
        return address.host().equals("0.0.0.0") || address.host().equals("::");
    }
}
