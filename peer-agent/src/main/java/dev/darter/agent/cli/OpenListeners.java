package dev.darter.agent.cli;

import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.AgentOptions;
import dev.darter.service.HostPort;

/** Listeners that are meant for this host, and that others can reach as well: allowed, as containers may need it, but not silently. */
final class OpenListeners {
    private static final Logger LOG = LoggerFactory.getLogger(OpenListeners.class);

    private OpenListeners() {}

    static void warn(AgentOptions options) {
        warnings(options).forEach(LOG::warn);
    }

    static void warnOfAdmin(HostPort admin) {
        ofAdmin(admin).forEach(LOG::warn);
    }

    static List<String> warnings(AgentOptions options) {
        List<String> warnings = new ArrayList<>();
        if (!options.proxy().isLoopback()) {
            warnings.add("--proxy " + options.proxy() + " is not loopback: everybody who reaches it can pull through this agent, "
                    + "and passwords on the way to it are not encrypted");
        }
        warnings.addAll(ofAdmin(options.admin()));
        return warnings;
    }

    private static List<String> ofAdmin(HostPort admin) {
        return admin.isLoopback()
                ? List.of()
                : List.of("--admin " + admin + " is not loopback: everybody who reaches it can read what this process does");
    }
}
