package dev.darter.agent.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.HostPort;

@Command(name = "scheduler", header = "Run the scheduler of a cluster.", description = {
        "Tells agents who trades with whom. It keeps nothing on disk and may be restarted at any time."})
final class SchedulerCommand implements Callable<Integer> {
    private final Programs programs;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    CommonSettings common = new CommonSettings();

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where agents connect to.")
    HostPort listen = new HostPort("127.0.0.1", 65003);

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "Where /healthz, /readyz and /metrics are served.")
    HostPort admin = new HostPort("127.0.0.1", 65005);

    @Option(names = "--drain", paramLabel = "DURATION", defaultValue = "5s", description = {
            "For how long requests under way may go on when the process is asked to end."})
    Duration drain = Duration.ofSeconds(5);

    @Option(names = "--insecure-peers", description = "Allow plain HTTP with other hosts. Required when --listen is not loopback.")
    boolean insecurePeers;

    SchedulerCommand(Programs programs) {
        this.programs = programs;
    }

    @Override
    public Integer call() throws CommandException, InterruptedException {
        (insecurePeers ? Exposure.ALLOWED : Exposure.LOOPBACK_ONLY).check("--listen", listen);
        common.startLogging();
        OpenListeners.warnOfAdmin(admin);
        SchedulerOptions options = new SchedulerOptions(listen, admin, drain);
        try {
            return Serving.serve("scheduler", drain, () -> {
                Programs.RunningScheduler scheduler = programs.startScheduler(options);
                spec.commandLine()
                        .getOut()
                        .println(
                                "darter scheduler: agents on http://" + scheduler.listen() + ", admin on http://" + scheduler.admin());
                return scheduler::close;
            });
        } catch (IOException e) {
            throw CommandException.failed("the scheduler can't start: " + StartFailure.ofScheduler(e, options), e);
        }
    }
}
