package dev.darter.e2e.simulation;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./darter-sim agreement}: whether the laboratory's real hosts needed as long as the simulation says. */
@Command(name = "agreement", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Simulates the crowds that the laboratory has measured: as many hosts, the same size, the rate that a direct pull reached there, all at once, over links with queues.",
        "Prints last finisher over lower bound of both (the median of the laboratory's runs, the median of seeds), and fails where they differ by more."})
final class AgreementCommand implements Callable<Integer> {

    private static final double MOST = 0.10;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "What ./darter-lab crowd has written (default ${DEFAULT-VALUE}).", defaultValue = "docs/figures/lab.json")
    private Path file = Path.of("docs/figures/lab.json");

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "5", description = "How many seeds (default ${DEFAULT-VALUE}).")
    private int seeds;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%6s %6s %8s %10s %11s %9s %13s %12s%n", "hosts", "MiB", "Mbit/s", "lab /bound", "sim. /bound", "sim./lab",
                "lab origin/F",
                "sim. origin/F");
        int compared = 0;
        int differing = 0;
        for (JsonNode row : JsonMapper.shared().readTree(file).path("rows")) {
            if (isCrowdAtOnce(row)) {
                compared++;
                differing += compare(row, out) ? 0 : 1;
            }
        }
        if (compared == 0) {
            out.println("no medians of crowds in " + file);
        }
        return compared > 0 && differing == 0 ? 0 : 1;
    }

    private static boolean isCrowdAtOnce(JsonNode row) {
        return row.path("scenario").asString("").equals("crowd") && row.path("run").asString("").equals("median")
                && row.path("withinSeconds").asDouble(0) == 0;
    }

    private boolean compare(JsonNode row, PrintWriter out) {
        int hosts = row.path("hosts").asInt();
        long bytes = row.path("bytes").asLong();
        double megabits = row.path("curlMbit").asDouble();
        double[] simulated = new double[seeds];
        double origin = 0;
        for (int i = 0; i < seeds; i++) {
            Measured measured = Scenario.QUEUED.run(new Setting(hosts, bytes, megabits * 1e6 / 8, i + 1L));
            simulated[i] = measured.lastOverBound();
            origin = Math.max(origin, measured.originOverSize());
        }
        Arrays.sort(simulated);
        double median = simulated[seeds / 2];
        double measured = row.path("lastOverBound").asDouble();
        boolean agree = Math.abs(median / measured - 1) <= MOST;
        out.printf("%6d %6d %8.0f %10.3f %11.3f %9.3f %13.3f %12.3f  %s%n", hosts, bytes >> 20, megabits, measured, median,
                median / measured,
                row.path("originOverSize").asDouble(), origin, agree ? "agree" : "DIFFER");
        out.flush();
        return agree;
    }
}
