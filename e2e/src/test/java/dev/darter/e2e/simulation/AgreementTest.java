package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AgreementTest {

    @TempDir
    private Path folder;

    private final StringWriter printed = new StringWriter();

    private int compare(String... rows) throws IOException {
        Path file = Files.writeString(folder.resolve("lab.json"), "{\"rows\": [" + String.join(",", rows) + "]}");
        return new CommandLine(new AgreementCommand()).setOut(new PrintWriter(printed, true)).execute("--seeds", "1", file.toString());
    }

    private static String row(String run, double lastOverBound, double withinSeconds) {
        return """
                {"scenario": "crowd", "hosts": 2, "bytes": 16777216, "run": "%s", "curlMbit": 100, "lastOverBound": %s, "originOverSize": 1,
                "withinSeconds": %s}""".formatted(run, lastOverBound, withinSeconds);
    }

    private static double simulated() {
        return Scenario.QUEUED.run(new Setting(2, 16 << 20, 12.5e6, 1)).lastOverBound();
    }

    @Test
    void agreesWithinTenPercent() throws IOException {
        assertThat(compare(row("median", simulated() * 1.09, 0))).isZero();
        assertThat(printed.toString()).contains("agree");
    }

    @Test
    void failsWhereOneOfSeveralDiffersByMore() throws IOException {
        assertThat(compare(row("median", simulated(), 0), row("median", simulated() * 1.12, 0))).isEqualTo(1);
        assertThat(printed.toString()).contains("agree", "DIFFER");
    }

    /** Single runs, and hosts that came one after the other, are not what was simulated. */
    @Test
    void failsWhereThereIsNothingToCompare() throws IOException {
        assertThat(compare(row("1", 1, 0), row("median", 1, 2))).isEqualTo(1);
        assertThat(printed.toString()).contains("no medians");
    }
}
