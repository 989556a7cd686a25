package dev.darter.e2e.simulation;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./darter-sim}: runs scenarios with the real decision classes on virtual time, prints a table and records it. */
@Command(name = "darter-sim", subcommands = {
        SchedulerLoadCommand.class, AgreementCommand.class}, sortOptions = false, mixinStandardHelpOptions = true, description = {
                "Simulates many hosts that want the same content: the real decision classes of agent and scheduler, on virtual time, over modelled links.",
                "Equal seeds give equal figures. 1 ms between hosts."})
final class SimulationCommand implements Callable<Integer> {

    private final PrintWriter out;

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "What to run, all if nothing is named: ${COMPLETION-CANDIDATES}.")
    private List<Scenario> scenarios = new ArrayList<>();

    @Option(names = "--hosts", split = ",", paramLabel = "N", defaultValue = "100", description = "How many hosts (default ${DEFAULT-VALUE}).")
    private List<Integer> hosts = List.of();

    @Option(names = "--mib", paramLabel = "MIB", defaultValue = "1024", description = "What each host wants, in MiB (default ${DEFAULT-VALUE}).")
    private long mebibytes;

    @Option(names = "--mbit", paramLabel = "MBIT", defaultValue = "200", description = "What a host's link carries in each direction, and the origin's, in Mbit/s (default ${DEFAULT-VALUE}).")
    private double megabits;

    @Option(names = "--seed", split = ",", paramLabel = "SEED", defaultValue = "1", description = "Seeds, one run for each; of several also the median and the worst (default ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(names = "--output", paramLabel = "FILE", description = "Where to write the figures as JSON; written anew after each run.")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--list", description = "Say what each scenario is, and run nothing.")
    private boolean list;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final List<Measured> all = new ArrayList<>();

    private SimulationCommand(PrintWriter out) {
        this.out = out;
    }

    /** Runs the command and ends the process. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(commandLine(out).execute(arguments));
    }

    static CommandLine commandLine(PrintWriter out) {
        return new CommandLine(new SimulationCommand(out)).setOut(out)
                .registerConverter(Scenario.class, SimulationCommand::scenario)
                .setParameterExceptionHandler((wrong, _) -> refuse(wrong));
    }

    private static int refuse(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        if (command.getCommandSpec().userObject() instanceof SimulationCommand) {
            command.getErr().println(name + ": " + reason(wrong));
            command.getErr().println("Scenarios: " + names());
        } else {
            command.getErr().println(name + ": " + wrong.getMessage());
        }
        command.getErr().println("./" + name + " --help says what may be asked.");
        return CommandLine.ExitCode.USAGE;
    }

    /** An argument that is no option, and no scenario either, is one that picocli has no place for. */
    private static String reason(ParameterException wrong) {
        return wrong instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
                ? "no scenario is called '" + unmatched.getUnmatched().getFirst() + "'"
                : String.valueOf(wrong.getMessage());
    }

    private static String names() {
        return Arrays.stream(Scenario.values()).map(Scenario::toString).collect(Collectors.joining(", "));
    }

    private static Scenario scenario(String name) {
        return Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("no scenario is called '" + name + "'"));
    }

    @Override
    public Integer call() {
        if (list) {
            Arrays.stream(Scenario.values()).forEach(scenario -> out.printf("%-18s %s%n", scenario, scenario.description()));
            return 0;
        }
        check();
        out.println(Measured.HEADER);
        for (Scenario scenario : scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios) {
            for (int count : hosts) {
                run(scenario, count);
            }
        }
        return all.stream().allMatch(measured -> measured.unfinished() == 0) ? 0 : 1;
    }

    private void check() {
        if (mebibytes <= 0 || megabits <= 0 || hosts.stream().anyMatch(count -> count <= 0)) {
            throw new ParameterException(spec.commandLine(), "--hosts, --mib and --mbit have to be more than 0");
        }
        Path folder = output.map(Path::toAbsolutePath).map(Path::getParent).orElse(Path.of(""));
        if (!Files.isDirectory(folder.toAbsolutePath())) {
            throw new ParameterException(spec.commandLine(), "--output: there is no folder " + folder);
        }
    }

    /** Runs a scenario with each seed; prints and records each run, and prints behind several what they come to. */
    private void run(Scenario scenario, int count) {
        int before = all.size();
        for (long seed : seeds) {
            Measured measured = scenario.run(new Setting(count, mebibytes << 20, megabits * 1e6 / 8, seed));
            all.add(measured);
            out.println(measured.row());
            out.flush();
            output.ifPresent(file -> JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValue(file, all));
        }
        if (seeds.size() > 1) {
            Measured.rows(all.subList(before, all.size())).forEach(out::println);
            out.flush();
        }
    }
}
