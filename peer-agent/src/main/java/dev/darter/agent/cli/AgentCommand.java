package dev.darter.agent.cli;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;

@Command(name = "agent", header = "Run this host's agent, as a member of a cluster.", description = {
        "Serves a registry mirror to this host's container runtimes and trades chunks with the agents of other hosts."}, footer = {"",
                "Example: darter agent --scheduler http://198.51.100.1:65003 --peer 198.51.100.7:65002 "
                        + "--upstream docker.io --upstream ghcr.io --insecure-peers"})
final class AgentCommand implements Callable<Integer> {
    private final Programs programs;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    CommonSettings common = new CommonSettings();

    @Option(names = "--scheduler", paramLabel = "URL", split = ",", showDefaultValue = Visibility.NEVER, description = {
            "A scheduler of the cluster, for instance http://198.51.100.1:65003; may be given several times. "
                    + "Without any: this host alone."})
    List<URI> schedulers = new ArrayList<>();

    @Mixin
    AgentSettings settings = new AgentSettings();

    AgentCommand(Programs programs) {
        this.programs = programs;
    }

    @Override
    public Integer call() throws CommandException, InterruptedException {
        AgentOptions options = settings.toOptions(schedulers, Optional.empty());
        common.startLogging();
        OpenListeners.warn(options);
        try {
            return Serving.serve("agent", options.drain(), () -> {
                RunningAgent agent = programs.startAgent(options);
                spec.commandLine()
                        .getOut()
                        .println(
                                "darter agent: mirror on http://" + agent.proxy() + ", peers on " + agent.peer() + ", admin on http://"
                                        + agent.admin());
                return agent::close;
            });
        } catch (IOException e) {
            throw CommandException.failed("the agent can't start: " + StartFailure.ofAgent(e, options), e);
        }
    }
}
