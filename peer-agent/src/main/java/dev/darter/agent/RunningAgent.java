package dev.darter.agent;

import java.time.Duration;
import java.util.Optional;

import dev.darter.service.HostPort;

/** An agent that serves; addresses hold the ports that were bound, also where port 0 was asked for. */
public interface RunningAgent {

    /** Where runtimes find the mirror. */
    HostPort proxy();

    /** Where other agents connect to. */
    HostPort peer();

    /** Where health and metrics are. */
    HostPort admin();

    /** Where the scheduler in this process listens, if there is one. */
    Optional<HostPort> scheduler();

    /** Stops in order; transfers under way get the given time. Blocks until all is closed; closing again does nothing. */
    void close(Duration drain);
}
