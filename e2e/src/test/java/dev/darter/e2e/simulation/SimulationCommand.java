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
@Command(name = "darter-sim", subcommands = SchedulerLoadCommand.class, sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Simulates many hosts that want the same content: the real decision classes of agent and scheduler, on virtual time, over modelled links.",
        "Equal seeds give equal figures. 25 MB/s per host and origin in both directions and 1 ms between hosts, unless a scenario says otherwise."})
final class SimulationCommand implements Callable<Integer> {

    private final PrintWriter out;

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "What to run, all if nothing is named: ${COMPLETION-CANDIDATES}.")
    private List<Scenario> scenarios = new ArrayList<>();

    @Option(names = "--hosts", split = ",", paramLabel = "N", defaultValue = "100", description = "How many hosts (default ${DEFAULT-VALUE}).")
    private List<Integer> hosts = List.of();

    @Option(names = "--size", paramLabel = "MIB", defaultValue = "1024", description = "What each host wants, in MiB (default ${DEFAULT-VALUE}).")
    private long mebibytes;

    @Option(names = "--seed", split = ",", paramLabel = "SEED", defaultValue = "1", description = "Seeds, one run for each (default ${DEFAULT-VALUE}).")
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
                for (long seed : seeds) {
                    Measured measured = scenario.run(new Setting(count, mebibytes << 20, seed));
                    all.add(measured);
                    out.println(measured.row());
                    out.flush();
                }
            }
        }
        output.ifPresent(file -> JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file, all));
        return all.stream().allMatch(measured -> measured.unfinished() == 0) ? 0 : 1;
    }
}
