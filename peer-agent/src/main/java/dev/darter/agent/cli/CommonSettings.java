package dev.darter.agent.cli;

import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

import dev.darter.service.Logging;

/** The options of every command that serves. */
final class CommonSettings {
    @Option(names = "--config", paramLabel = "FILE", showDefaultValue = Visibility.NEVER, description = {
            "YAML file with any of these options as keys, without the dashes."})
    Optional<Path> config = Optional.empty();

    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = "info", description = "How much is logged: warn, info or debug.")
    Logging.Verbosity logLevel = Logging.Verbosity.INFO;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this text and end.")
    boolean help;

    void startLogging() {
        Logging.set(logLevel);
    }
}
