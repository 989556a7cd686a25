package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The laboratory in small. Its times are what a busy machine makes of them; bytes, requests and what is left behind aren't. */
final class LaboratoryIT {
    /** Three hosts of 100 Mbit/s and blobs of 4 MiB: some seconds. */
    private static final List<String> SMALL = List.of("--hosts", "3", "--mbit", "100", "--mib", "4", "--blobs", "20");

    /** A tag that the laboratory gives to all that it makes, and its own process id behind it. */
    private static final String MARK = "darter-lab-";

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void everyHostFinishesAndTheOriginSendsEachByteOnce() {
        Path json = sandbox.scratch().resolve("lab.json");
        Child lab = lab("crowd", "zones", "small", "--json", json.toString());

        // Every client has compared what it got with the digest that it had asked for: otherwise this is 1.
        assertThat(lab.exitCode(Duration.ofMinutes(3))).as(lab.log()).isZero();

        List<JsonNode> rows = new JsonMapper().readTree(json.toFile()).get("rows").valueStream().toList();
        assertThat(rows).extracting(row -> row.get("scenario").asString())
                .contains("crowd, first blob", "crowd", "two zones", "small blobs, first", "small blobs");
        // Programs that have just started are slow enough on a busy machine for a reader of the origin to be taken for dead.
        for (JsonNode row : rows.stream().filter(row -> !row.get("scenario").asString().contains(", first")).toList()) {
            assertThat(row.get("originOverSize").asDouble()).as("origin bytes / F: " + row).isEqualTo(1.0);
            assertThat(row.path("mostGets").asInt(1)).as("the registry sees one GET of each: " + row).isEqualTo(1);
            assertThat(row.path("blobHeads").asInt(0)).as("the manifest has proven its layers: " + row).isZero();
        }
        assertNothingIsLeftOf(lab);
    }

    @Test
    void containersStartBeforeTheirImageHasArrived() {
        Path json = sandbox.scratch().resolve("lab.json");
        Child lab = lab("lazy", "--json", json.toString());

        // Every container has printed the hash of the file that it was to read: otherwise this is 1.
        assertThat(lab.exitCode(Duration.ofMinutes(3))).as(lab.log()).isZero();

        List<JsonNode> rows = new JsonMapper().readTree(json.toFile()).get("rows").valueStream().toList();
        assertThat(rows).extracting(row -> row.get("scenario").asString()).contains("lazy, first", "lazy, others");
        for (JsonNode row : rows) {
            assertThat(row.get("originBytes").asLong()).as("the registry sends a part: " + row).isLessThan(row.get("bytes").asLong() / 2);
        }
        assertNothingIsLeftOf(lab);
    }

    @Test
    void terminatedInTheMiddleItLeavesNothing() {
        Child lab = lab("crowd", "--runs", "100");
        Waiting.until("a first blob is measured", Duration.ofMinutes(2), () -> lab.log().contains("first blob"));

        assertThat(lab.terminate(Duration.ofMinutes(1))).isEqualTo(143);

        assertNothingIsLeftOf(lab);
    }

    @Test
    void whatCannotBeMeasuredIsSaidBeforeAnythingIsSetUp() {
        Child scenario = lab("crowds");
        Child size = lab("crowd", "--mib", "0");
        Child congestion = lab("crowd", "--congestion", "none");

        assertThat(scenario.exitCode(Duration.ofMinutes(1))).isEqualTo(2);
        assertThat(scenario.log()).contains("no scenario is called 'crowds'; there are crowd, staggered,");
        assertThat(size.exitCode(Duration.ofMinutes(1))).isEqualTo(2);
        assertThat(size.log()).contains("--mib: 0 is not more than 0");
        assertThat(congestion.exitCode(Duration.ofMinutes(1))).isEqualTo(2);
        assertThat(congestion.log()).contains("not 'none'; net.ipv4.tcp_allowed_congestion_control says which");
    }

    private Child lab(String... words) {
        String darter = Programs.java() + " @" + Checkout.javaOptions() + " -Xmx256m -jar " + Checkout.darterJar();
        Path program = Checkout.module().resolve("lab/lab.py");
        return sandbox.closeLater(sandbox.command("lab", "python3", "-B", program.toString(), "--darter", darter)
                .with(SMALL)
                .with(words)
                .environment("TMPDIR", sandbox.scratch().toString())
                .start());
    }

    private void assertNothingIsLeftOf(Child lab) {
        String mark = MARK + lab.pid() + "-";
        String namespaces = sandbox.run(sandbox.command("ip", "ip", "netns", "list")).orFail("ip netns list").stdout();
        assertThat(namespaces).doesNotContain(mark);
        assertThat(commandLines()).as("processes").noneMatch(line -> line.contains(mark));
        assertThat(controlGroups()).as("control groups").noneMatch(name -> name.contains(MARK + lab.pid()));
        assertThat(sandbox.scratch().toFile().list()).as("folders").noneMatch(name -> name.contains(mark));
    }

    /** At the top of each hierarchy: there is one, or one for each controller below it. */
    private static List<String> controlGroups() {
        File top = new File("/sys/fs/cgroup");
        return Stream.concat(Stream.of(top), Stream.of(top.listFiles()))
                .map(File::list)
                .filter(Objects::nonNull)
                .flatMap(Stream::of)
                .toList();
    }

    private static List<String> commandLines() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.map(LaboratoryIT::commandLine).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for what is no process, or none any more. */
    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
