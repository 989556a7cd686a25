package dev.darter.agent.cli;

import dev.darter.service.HostPort;

/** Whether the wire between hosts, which is not encrypted, may leave the machine. */
enum Exposure {
    LOOPBACK_ONLY, ALLOWED;

    void check(String option, HostPort address) throws CommandException {
        if (this == LOOPBACK_ONLY && !address.isLoopback()) {
            throw CommandException.usage(
                    option + " " + address + " is not a loopback address, and what goes over it is neither encrypted nor authenticated; "
                            + "add --insecure-peers if every host on that network may have every image");
        }
    }
}
