package dev.darter.agent;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

import dev.darter.agent.cli.Programs;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.scheduler.SchedulerProcess;
import dev.darter.service.HostPort;

/** What the command line starts, in this process. */
record ProcessPrograms(Map<String, String> environment) implements Programs {

    @Override
    public RunningAgent startAgent(AgentOptions options) throws IOException {
        return AgentProcess.start(options, environment);
    }

    @Override
    public RunningScheduler startScheduler(SchedulerOptions options) throws IOException {
        return new LocalScheduler(SchedulerProcess.start(options, new SecureRandom()));
    }

    private record LocalScheduler(SchedulerProcess process) implements RunningScheduler {

        @Override
        public HostPort listen() {
            return process.listen();
        }

        @Override
        public HostPort admin() {
            return process.admin();
        }

        @Override
        public void close(Duration drain) {
            process.close(drain);
        }
    }
}
