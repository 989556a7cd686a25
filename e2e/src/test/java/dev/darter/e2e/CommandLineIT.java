package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of the README: one process with everything in it, and the commands that ask it. */
final class CommandLineIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.small();
    private final String proxy = "127.0.0.1:" + Ports.free();

    @Test
    void oneProcessIsEnough() {
        CountingProxy origin = startOrigin();
        DarterProcess up = up(origin);

        Waiting.until("darter up says where it is", Duration.ofSeconds(10), () -> up.process().log().contains("Ctrl-C"));
        assertThat(up.process().log()).contains("http://" + proxy, "http://" + up.adminAddress() + "/metrics", "containerd", "Docker",
                "podman");
        pullWithContainerd("first");
        up.stop();

        origin.reset();
        up.restart();
        pullWithContainerd("second");
        assertThat(origin.bytesSent()).as("what the registry was asked for again").isZero();
        up.stop();
    }

    @Test
    void pullTellsWhereTheBytesCameFrom() {
        String admin = up(startOrigin()).adminAddress();
        String[] options = {"--proxy", proxy, "--admin", admin};

        Command.Output first = darter("pull", image.reference(), "--output", "json").with(options).run(LIMIT).orFail("pull");
        Command.Output second = darter("pull", image.reference(), "--output", "json").with(options).run(LIMIT).orFail("pull");
        Command.Output third = darter("pull", image.reference()).with(options).run(LIMIT).orFail("pull");
        Command.Output missing = darter("pull", "registry.test/e2e/nothing:latest").with(options).run(LIMIT);

        JsonNode cold = JSON.readTree(first.stdout());
        assertThat(cold.path("digest").asString()).isEqualTo(image.root().digest());
        assertThat(cold.path("bytes").asLong()).isEqualTo(image.size());
        assertThat(cold.path("sources").path("origin").asLong()).isEqualTo(image.size());
        assertThat(JSON.readTree(second.stdout()).path("sources").path("local").asLong()).isEqualTo(image.size());
        assertThat(third.stdout()).contains("Digest: " + image.root().digest(), "from the local store");
        assertThat(missing.exitCode()).as("exit code for an image that is not there").isEqualTo(4);
        assertThat(missing.stderr().lines().toList()).as("one sentence").hasSize(1);
    }

    /** "Small enough to forget": with Java's own sizes it was 190 MiB by then, and 240 after larger pulls. */
    @Test
    void anAgentStaysSmall() {
        DarterProcess up = up(startOrigin());
        darter("pull", image.reference(), "--proxy", proxy, "--admin", up.adminAddress()).run(LIMIT).orFail("pull");

        assertThat(up.process().mostResidentBytes()).isLessThan(165L << 20);
    }

    /** The launcher's own sizes are a beginning: a scheduler of many thousand hosts, or a host with next to no memory, takes others. */
    @Test
    void theLauncherTakesMoreOptionsForItsRuntime() {
        Command.Output output = sandbox
                .command("launcher", "env", "DARTER_JAVA_OPTIONS=-Xmx300m -XX:+PrintCommandLineFlags",
                        Checkout.root().resolve("darter").toString(), "version")
                .run(Duration.ofMinutes(5))
                .orFail("./darter version");

        assertThat(output.stdout()).contains("-XX:MaxHeapSize=" + (300 << 20), "-XX:+UseCompactObjectHeaders");
    }

    @Test
    void statusTellsWhetherThereIsAnAgent() {
        Command.Output nobody = darter("status", "--admin", "127.0.0.1:" + Ports.free()).run(LIMIT);
        DarterProcess up = up(startOrigin());
        Command.Output somebody = darter("status", "--admin", up.adminAddress(), "--output", "json").run(LIMIT);

        assertThat(nobody.exitCode()).isEqualTo(3);
        assertThat(nobody.stderr().lines().toList()).as("one sentence").hasSize(1);
        assertThat(somebody.exitCode()).isZero();
        assertThat(JSON.readTree(somebody.stdout()).path("ready").asBoolean()).isTrue();
    }

    private CountingProxy startOrigin() {
        sandbox.registry().push(image);
        return sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
    }

    private DarterProcess up(CountingProxy origin) {
        return DarterProcess.launch(sandbox, "up", List.of("up",
                "--data", sandbox.scratch("data").toString(),
                "--proxy", proxy,
                "--peer", "127.0.0.1:" + Ports.free(),
                "--listen", "127.0.0.1:" + Ports.free(),
                "--upstream", DarterCluster.REGISTRY + "=" + origin.url())).awaitReady();
    }

    private void pullWithContainerd(String name) {
        Containerd containerd = Containerd.start(sandbox, name).useMirror("http://" + proxy);
        containerd.fetch(image.reference()).orFail("fetch");
        containerd.assertHolds(image.contents());
    }

    private Command darter(String... words) {
        return DarterProcess.command(sandbox, "darter-" + words[0], List.of(words));
    }
}
