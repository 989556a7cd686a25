package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.DockerClientFactory;

/** The container image: a registry, a scheduler and two agents, all in containers, and pulls through both. */
final class ImageIT {
    private static final long MIB = 1 << 20;

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    /** One test for all: Testcontainers remembers the first Docker Engine that it sees, for as long as the JVM lives. */
    @Test
    void agentsInContainersShareWhatTheyPull() throws Exception {
        Dockerd dockerd = Dockerd.start(sandbox);
        DarterImage.build(sandbox, dockerd);
        assertThat(DarterImage.size(dockerd, DarterImage.NAME)).as("bytes of the image").isBetween(100 * MIB, 160 * MIB);

        useInTestcontainers(dockerd);
        RegistryContainer registry = RegistryContainer.start(sandbox);
        TestImage image = registry.push(sandbox, TestImages.single());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(registry.url(), RateLimit.none()));
        String schedulerAddress = "127.0.0.1:" + Ports.free();
        DarterContainer scheduler = DarterContainer.start(sandbox, "scheduler", "scheduler", "--listen", schedulerAddress);
        String firstProxy = "127.0.0.1:" + Ports.free();
        DarterContainer first = agent("agent-1", firstProxy, schedulerAddress, origin);
        String secondProxy = "127.0.0.1:" + Ports.free();
        DarterContainer second = agent("agent-2", secondProxy, schedulerAddress, origin);

        pull(firstProxy, image);
        pull(secondProxy, image);

        Host.assertLeftOnce(origin, image, 2);
        assertThat(first.metric("darter_origin_received_bytes_total")).isGreaterThanOrEqualTo(image.size());
        assertThat(second.metric("darter_peer_received_bytes_total")).isGreaterThanOrEqualTo(image.largest().size());
        for (DarterContainer container : List.of(scheduler, first, second)) {
            assertThat(userIds(container)).as("real, effective, saved and file system user")
                    .containsExactly("65532", "65532", "65532", "65532");
        }
        assertThat(second.stop(Duration.ofSeconds(30))).as("exit code after docker stop").isZero();
    }

    private static void useInTestcontainers(Dockerd dockerd) {
        System.setProperty("DOCKER_HOST", dockerd.host());
        // It looks for leftovers once more when the JVM ends, and there is no engine any more that could have some.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            if (!Objects.equals(thread.getThreadGroup(), DockerClientFactory.TESTCONTAINERS_THREAD_GROUP)) {
                failure.printStackTrace();
            }
        });
    }

    private DarterContainer agent(String name, String proxy, String schedulerAddress, CountingProxy origin) {
        return DarterContainer.start(sandbox, name, "agent", "--proxy", proxy, "--peer", "127.0.0.1:" + Ports.free(),
                "--scheduler", "http://" + schedulerAddress, "--upstream", DarterCluster.REGISTRY + "=" + origin.url());
    }

    private void pull(String proxy, TestImage image) throws IOException {
        Path copy = new Skopeo(sandbox, RegistriesConf.write(sandbox, proxy + "/" + DarterCluster.REGISTRY)).copyAll(image);
        Skopeo.assertHolds(copy, image);
        Sandbox.delete(copy);
    }

    private static List<String> userIds(DarterContainer container) throws IOException {
        String line = Files.readAllLines(Path.of("/proc", Long.toString(container.pid()), "status"))
                .stream()
                .filter(text -> text.startsWith("Uid:"))
                .findFirst()
                .orElseThrow();
        return List.of(line.substring("Uid:".length()).strip().split("\\s+"));
    }
}
