package dev.darter.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "darter", versionProvider = Version.class, header = {
        "Darter gets container images onto many hosts: each host's agent is a registry mirror that trades chunks with the others."}, synopsisSubcommandLabel = "COMMAND", footer = {
                "", "Each option of a command can also be a key of its --config file (upload-rate: 400Mbit) or an environment variable",
                "(DARTER_UPLOAD_RATE=400Mbit). The command line comes first, then the environment, then the file.", "",
                "Try it: darter up"})
final class DarterCommand implements Runnable {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this text and end.")
    boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Say which version this is and end.")
    boolean version;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }
}
