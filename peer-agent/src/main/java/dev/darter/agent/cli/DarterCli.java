package dev.darter.agent.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

import dev.darter.agent.cli.pull.Platform;
import dev.darter.agent.cli.pull.PullCommand;
import dev.darter.agent.containerd.StoreMode;
import dev.darter.registry.LazyMode;
import dev.darter.registry.OutagePolicy;
import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.Durations;
import dev.darter.service.HostPort;
import dev.darter.service.Logging;

/** The {@code darter} command line. */
public final class DarterCli {
    private static final Map<String, String> EXIT_CODES = exitCodes();

    private final Map<String, String> environment;
    private final PrintWriter errors;
    private final CommandLine program;

    /**
     * Assembles the commands.
     *
     * @param programs what they start
     * @param environment the process's environment variables
     */
    public DarterCli(Programs programs, Map<String, String> environment, PrintWriter out, PrintWriter errors) {
        this.environment = environment;
        this.errors = errors;
        this.program = new CommandLine(new DarterCommand());
        List<Callable<Integer>> commands = List.of(new UpCommand(programs), new AgentCommand(programs), new SchedulerCommand(programs),
                new PullCommand(environment), new StatusCommand(), new VersionCommand());
        commands.forEach(program::addSubcommand);
        program.setCommandName(Welcome.PROGRAM).setOut(out).setErr(errors).setUsageHelpAutoWidth(true).setExpandAtFiles(false);
        convert(HostPort.class, HostPort::parse);
        convert(ByteCount.class, ByteCount::parse);
        convert(BitRate.class, BitRate::parse);
        convert(Duration.class, Durations::parse);
        convert(URI.class, SchedulerAddress::parse);
        convert(LazyMode.class, AgentSettings::parseLazy);
        convert(OutagePolicy.class, AgentSettings::parsePolicy);
        convert(StoreMode.class, StoreMode::parse);
        convert(Logging.Verbosity.class, DarterCli::parseVerbosity);
        convert(OutputFormat.class, OutputFormat::parse);
        convert(Platform.class, Platform::parse);
        convert(boolean.class, DarterCli::parseBoolean);
        convert(Boolean.class, DarterCli::parseBoolean);
        program.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .usageMessage()
                        .exitCodeListHeading("%nExit codes:%n")
                        .exitCodeList(EXIT_CODES)
                        .showDefaultValues(true)
                        .sortOptions(false)
                        .abbreviateSynopsis(true));
        program.setParameterExceptionHandler((exception, _) -> complain(exception, Optional.empty()));
        program.setExecutionExceptionHandler((exception, command, _) -> fail(exception, command));
    }

    /** Runs what the arguments ask for and gives the process's exit code. Errors were printed. */
    public int run(String... words) {
        String[] arguments = words.length > 0 && words[0].equals("help") ? asOption(words) : words;
        CommandLine command = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .map(program.getSubcommands()::get)
                .orElse(program);
        try {
            SettingSources sources = SettingSources.read(program, command.getCommandSpec(), configOption(arguments), environment);
            command.setDefaultValueProvider(sources);
            program.setParameterExceptionHandler(
                    (exception, _) -> complain(exception, Optional.ofNullable(exception.getArgSpec()).flatMap(sources::nameOf)));
            return program.execute(arguments);
        } catch (CommandException e) {
            return fail(e, command);
        } finally {
            program.getOut().flush();
            errors.flush();
        }
    }

    /** {@code help}, {@code help COMMAND}, as other programs have it. */
    private static String[] asOption(String... words) {
        String[] arguments = Arrays.copyOfRange(words, 1, words.length + 1);
        arguments[words.length - 1] = "--help";
        return arguments;
    }

    private static Optional<String> configOption(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith("--config=")) {
                return Optional.of(arguments[i].substring("--config=".length()));
            }
            if (arguments[i].equals("--config") && i + 1 < arguments.length) {
                return Optional.of(arguments[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** @param source the variable or key that held the wrong value, when it was not the command line */
    private int complain(ParameterException exception, Optional<String> source) {
        String message = exception.getMessage();
        if (source.isPresent() && exception.getCause() instanceof TypeConversionException wrong) {
            message = source.get() + ": " + wrong.getMessage();
        }
        CommandLine command = exception.getCommandLine();
        Optional<String> unknown = unknownOption(exception);
        if (unknown.isPresent()) {
            message = "'" + unknown.get() + "' is no option of " + command.getCommandSpec().qualifiedName()
                    + NearestName.of(unknown.get(), command.getCommandSpec().optionsMap().keySet())
                            .map(name -> "; the nearest one is " + name)
                            .orElse("");
        }
        errors.println("darter: " + message);
        if (unknown.isPresent() || !CommandLine.UnmatchedArgumentException.printSuggestions(exception, errors)) {
            errors.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return ExitCode.USAGE;
    }

    /** The option alone: what follows it is perhaps its value. */
    private static Optional<String> unknownOption(ParameterException exception) {
        return exception instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getUnmatched()
                        .stream()
                        .findFirst()
                        .filter(word -> word.startsWith("-"))
                        .map(word -> word.replaceFirst("=.*", ""))
                : Optional.empty();
    }

    private int fail(Exception exception, CommandLine command) {
        if (exception instanceof CommandException known) {
            errors.println("darter: " + known.getMessage());
            if (known.exitCode() == ExitCode.USAGE) {
                errors.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
            }
            return known.exitCode();
        }
        errors.println("darter: this should not have happened, please report it: " + exception);
        exception.printStackTrace(errors);
        return ExitCode.FAILED;
    }

    private <T> void convert(Class<T> type, Function<String, T> parser) {
        program.registerConverter(type, text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        });
    }

    private static boolean parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "': write true or false");
        };
    }

    private static Logging.Verbosity parseVerbosity(String text) {
        try {
            return Logging.Verbosity.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is none of warn, info, debug", e);
        }
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(" " + ExitCode.OK, "done, or ended because it was asked to");
        codes.put(" " + ExitCode.FAILED, "failed");
        codes.put(" " + ExitCode.USAGE, "wrong options or configuration");
        codes.put(" " + ExitCode.UNREACHABLE, "the agent or the registry can't be reached");
        codes.put(" " + ExitCode.NOT_FOUND, "there is no such image");
        codes.put(" " + ExitCode.DENIED, "the registry, or the agent's list of registries, does not allow it");
        codes.put(" " + ExitCode.INTERRUPTED, "pull was ended with Ctrl-C");
        return codes;
    }
}
