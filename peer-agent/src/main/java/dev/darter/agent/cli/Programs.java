package dev.darter.agent.cli;

import java.io.IOException;
import java.time.Duration;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.HostPort;

/** What the command line can start; the messages of the exceptions are shown to the user. */
public interface Programs {

    /** Starts an agent; returns when it serves. */
    RunningAgent startAgent(AgentOptions options) throws IOException;

    /** Starts a scheduler; returns when it serves. */
    RunningScheduler startScheduler(SchedulerOptions options) throws IOException;

    /** A scheduler that serves. */
    interface RunningScheduler {

        /** Where agents connect to. */
        HostPort listen();

        /** Where health and metrics are. */
        HostPort admin();

        /** Stops in order, in the given time. */
        void close(Duration drain);
    }
}
