package dev.darter.agent.cli;

import dev.darter.service.HostPort;

/** Where an agent's listeners for this host are unless told otherwise. */
public final class StandardAddress {
    /** The registry mirror. */
    public static final HostPort PROXY = new HostPort("127.0.0.1", 65001);
    /** Health, metrics and state. */
    public static final HostPort ADMIN = new HostPort("127.0.0.1", 65004);

    private StandardAddress() {}
}
