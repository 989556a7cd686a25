package dev.darter.registry;

import java.io.IOException;
import java.net.URI;

import dev.darter.registry.upstream.Upstream;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;

/**
 * {@code CONNECT}: for runtimes that know the agent as an HTTPS proxy only. A tunnel moves ciphertext; nothing of it can be cached, or shared
 * with other hosts.
 */
final class Tunnels {

    private final AddressBook addresses;

    Tunnels(AddressBook addresses) {
        this.addresses = addresses;
    }

    void open(HttpExchange exchange) throws RefusedException {
        Upstream upstream = addresses.atAuthority(exchange.target());
        URI base = upstream.config().base();
        try {
            exchange.tunnelTo(HostPort.parse(AddressBook.authority(base)));
        } catch (IOException unreachable) {
            if (!exchange.isAnswered()) {
                throw new RefusedException(ErrorCode.UNAVAILABLE, base.getAuthority() + " can't be reached");
            }
        }
    }
}
