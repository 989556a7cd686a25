package dev.darter.e2e.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** What {@code ./darter-sim} answers. */
class SimulationCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter printed = new StringWriter();
    private final StringWriter errors = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = SimulationCommand.commandLine(new PrintWriter(printed, true));
        return command.setErr(new PrintWriter(errors, true)).execute(arguments);
    }

    @Test
    void writesARowForEachRun() {
        Path file = folder.resolve("figures.json");

        assertThat(run("crowd", "--hosts", "2,3", "--mib", "8", "--seed", "1,2", "--output", file.toString())).isZero();

        assertThat(JsonMapper.shared().readTree(file)).extracting(row -> row.get("hosts").asInt()).containsExactly(2, 2, 3, 3);
        assertThat(printed.toString()).hasLineCount(1 + 2 * (2 + 2));
    }

    @Test
    void saysWhichScenariosThereAre() {
        assertThat(run("crowd", "crowds", "--mib", "8")).isEqualTo(2);

        assertThat(errors.toString()).startsWith("darter-sim: no scenario is called 'crowds'")
                .contains("Scenarios: crowd, instant,", "zones\n")
                .hasLineCount(3);
        assertThat(printed.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--hosts=0", "--hosts=8,-1", "--hosts=many", "--mib=0", "--mbit=0", "--size=1", "--output=none/file.json"})
    void refusesWhatCannotBeSimulated(String option) {
        assertThat(run("crowd", option)).isEqualTo(2);

        assertThat(errors.toString()).contains(option.replaceFirst("=.*", "")).hasLineCount(3);
        assertThat(printed.toString()).isEmpty();
    }

    /** What the launcher shows without a build. */
    @Test
    void helpIsWhatTheLauncherShows() throws IOException {
        assertThat(run("--help")).isZero();

        try (InputStream shown = requireNonNull(SimulationCommandTest.class.getResourceAsStream("help.txt"))) {
            assertThat(printed.toString()).isEqualTo(new String(shown.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
