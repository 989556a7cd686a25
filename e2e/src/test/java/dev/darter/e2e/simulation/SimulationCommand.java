package dev.darter.e2e.simulation;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    @Option(names = "--size", paramLabel = "MIB", defaultValue = "1024", description = "What each host wants, in MiB (default ${DEFAULT-VALUE}).")
    private long mebibytes;

    @Option(names = "--mbit", paramLabel = "MBIT", defaultValue = "200", description = "What a host's link carries in each direction, and the origin's, in Mbit/s (default ${DEFAULT-VALUE}).")
    private double megabits;

    @Option(names = "--seed", split = ",", paramLabel = "SEED", defaultValue = "1", description = "Seeds, one run for each; of several also the median and the worst (default ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(names = "--output", paramLabel = "FILE", description = "Where to write the figures as JSON.")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--list", description = "Say what each scenario is, and run nothing.")
    private boolean list;

    private SimulationCommand(PrintWriter out) {
        this.out = out;
    }

    /** Runs the command and ends the process. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        CommandLine command = new CommandLine(new SimulationCommand(out)).setOut(out)
                .registerConverter(Scenario.class, SimulationCommand::scenario);
        System.exit(command.execute(arguments));
    }

    private static Scenario scenario(String name) {
        return Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandLine.TypeConversionException("no scenario is called " + name));
    }

    @Override
    public Integer call() {
        if (list) {
            Arrays.stream(Scenario.values()).forEach(scenario -> out.printf("%-18s %s%n", scenario, scenario.description()));
            return 0;
        }
        List<Measured> all = new ArrayList<>();
        out.println(Measured.HEADER);
        for (Scenario scenario : scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios) {
            for (int count : hosts) {
                all.addAll(run(scenario, count));
            }
        }
        output.ifPresent(file -> JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file, all));
        return all.stream().allMatch(measured -> measured.unfinished() == 0) ? 0 : 1;
    }

    /** Runs a scenario with each seed; prints each run, and behind several what they come to. */
    private List<Measured> run(Scenario scenario, int count) {
        List<Measured> runs = new ArrayList<>();
        for (long seed : seeds) {
            Measured measured = scenario.run(new Setting(count, mebibytes << 20, megabits * 1e6 / 8, seed));
            runs.add(measured);
            out.println(measured.row());
            out.flush();
        }
        if (runs.size() > 1) {
            Measured.rows(runs).forEach(out::println);
            out.flush();
        }
        return runs;
    }
}
