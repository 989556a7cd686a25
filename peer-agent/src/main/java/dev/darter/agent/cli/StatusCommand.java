package dev.darter.agent.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.AgentStatus;
import dev.darter.service.HostPort;

@Command(name = "status", header = "Say what the local agent is doing.", description = {
        "Ends with 0 when the agent accepts pulls, with 1 when it does not yet."})
final class StatusCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "The agent's admin listener.")
    HostPort admin = StandardAddress.ADMIN;

    @Option(names = "--output", paramLabel = "FORMAT", defaultValue = "text", description = "text or json.")
    OutputFormat output = OutputFormat.TEXT;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this text and end.")
    boolean help;

    @Override
    public Integer call() throws CommandException, InterruptedException {
        try (AgentAdmin agent = new AgentAdmin(admin)) {
            AgentStatus status = agent.status();
            spec.commandLine().getOut().println(switch (output) {
                case TEXT -> StatusText.of(status);
                case JSON -> JsonMapper.shared().writeValueAsString(status);
            });
            return status.ready() ? ExitCode.OK : ExitCode.FAILED;
        } catch (IOException e) {
            throw CommandException.unreachable(
                    "no agent answers on " + admin + " (" + e.getMessage() + "); start one with 'darter up' or name its --admin address",
                    e);
        }
    }
}
