package dev.darter.agent.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.HostPort;

@Command(name = "up", header = "Run an agent with a scheduler of its own, to try Darter on one machine.", description = {
        "Everything is on loopback unless told otherwise. Ctrl-C stops it."})
final class UpCommand implements Callable<Integer> {
    private final Programs programs;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    CommonSettings common = new CommonSettings();

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where the scheduler listens, for agents of other hosts that join.")
    HostPort listen = new HostPort("127.0.0.1", 65003);

    @Mixin
    AgentSettings settings = new AgentSettings();

    UpCommand(Programs programs) {
        this.programs = programs;
    }

    @Override
    public Integer call() throws CommandException, InterruptedException {
        SchedulerOptions embedded = new SchedulerOptions(listen, settings.admin, settings.drain);
        AgentOptions options = settings.toOptions(List.of(), Optional.of(embedded));
        common.startLogging();
        OpenListeners.warn(options);
        try {
            return Serving.serve("agent", options.drain(), () -> {
                RunningAgent agent = programs.startAgent(options);
                spec.commandLine().getOut().print(Welcome.text(agent, options, Welcome.PROGRAM));
                spec.commandLine().getOut().flush();
                return agent::close;
            });
        } catch (IOException e) {
            throw CommandException.failed("Darter can't start: " + StartFailure.ofAgent(e, options), e);
        }
    }
}
