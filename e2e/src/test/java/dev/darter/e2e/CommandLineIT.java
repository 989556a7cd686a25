package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of the README: one process with everything in it, and the commands that ask it. */
final class CommandLineIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final int proxy = Ports.free();
    private final int admin = Ports.free();
    private final TestImage image = TestImages.small();

    @Test
    void oneProcessIsEnough() {
        CountingProxy origin = startOrigin();
        Path data = sandbox.scratch("data");
        Child up = up(origin, data);

        assertThat(up.log()).contains("http://127.0.0.1:" + proxy, "http://127.0.0.1:" + admin + "/metrics", "containerd", "Docker",
                "podman");
        Containerd containerd = Containerd.start(sandbox, "containerd").useMirror("http://127.0.0.1:" + proxy);
        containerd.fetch(image.reference()).orFail("fetch");
        containerd.assertHolds(image.contents());
        assertThat(up.terminate(Duration.ofSeconds(30))).as("exit code after SIGTERM").isZero();

        origin.reset();
        Child again = up(origin, data);
        Containerd empty = Containerd.start(sandbox, "another").useMirror("http://127.0.0.1:" + proxy);
        empty.fetch(image.reference()).orFail("fetch");
        assertThat(origin.bytesSent()).as("what the registry was asked for again").isZero();
        assertThat(again.terminate(Duration.ofSeconds(30))).isZero();
    }

    @Test
    void pullTellsWhereTheBytesCameFrom() {
        up(startOrigin(), sandbox.scratch("data"));

        Command.Output first = darter("pull", image.reference(), "--proxy", "127.0.0.1:" + proxy, "--output", "json").orFail("pull");
        Command.Output second = darter("pull", image.reference(), "--proxy", "127.0.0.1:" + proxy, "--output", "json").orFail("pull");
        Command.Output third = darter("pull", image.reference(), "--proxy", "127.0.0.1:" + proxy).orFail("pull");
        Command.Output missing = darter("pull", "registry.test/e2e/nothing:latest", "--proxy", "127.0.0.1:" + proxy);

        JsonNode cold = new JsonMapper().readTree(first.stdout());
        assertThat(cold.path("digest").asString()).isEqualTo(image.root().digest());
        assertThat(cold.path("bytes").asLong()).isEqualTo(image.size());
        assertThat(cold.path("sources").path("origin").asLong()).isEqualTo(image.size());
        assertThat(new JsonMapper().readTree(second.stdout()).path("sources").path("local").asLong()).isEqualTo(image.size());
        assertThat(third.stdout()).contains("Digest: " + image.root().digest(), "from the local store");
        assertThat(missing.exitCode()).as("exit code for an image that is not there").isEqualTo(4);
        assertThat(missing.stderr().lines().toList()).as("one sentence").hasSize(1);
    }

    @Test
    void statusTellsWhetherThereIsAnAgent() {
        Command.Output nobody = darter("status");
        up(startOrigin(), sandbox.scratch("data"));
        Command.Output somebody = darter("status", "--output", "json");

        assertThat(nobody.exitCode()).isEqualTo(3);
        assertThat(nobody.stderr().lines().toList()).as("one sentence").hasSize(1);
        assertThat(somebody.exitCode()).isZero();
        assertThat(new JsonMapper().readTree(somebody.stdout()).path("ready").asBoolean()).isTrue();
    }

    private CountingProxy startOrigin() {
        sandbox.registry().push(image);
        return sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
    }

    private Child up(CountingProxy origin, Path data) {
        Child process = sandbox.closeLater(command("up", "up",
                "--data", data.toString(),
                "--proxy", "127.0.0.1:" + proxy,
                "--peer", "127.0.0.1:" + Ports.free(),
                "--admin", "127.0.0.1:" + admin,
                "--listen", "127.0.0.1:" + Ports.free(),
                "--upstream", DarterCluster.REGISTRY + "=" + origin.url()).start());
        Waiting.until("darter up is ready", Duration.ofSeconds(45), () -> {
            assertThat(process.isAlive()).as("darter up is running: %s", process.log()).isTrue();
            return process.log().contains("Darter is ready") && darterIsReady();
        });
        return process;
    }

    private boolean darterIsReady() {
        return RawConnection.exchange(admin, "GET /readyz HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n").status() == 200;
    }

    private Command.Output darter(String... words) {
        return sandbox.run(command("darter-" + words[0], words).with("--admin", "127.0.0.1:" + admin));
    }

    private Command command(String name, String... words) {
        return sandbox.command(name, Programs.java(), "-XX:+UseSerialGC", "-jar", Checkout.darterJar().toString()).with(List.of(words));
    }
}
