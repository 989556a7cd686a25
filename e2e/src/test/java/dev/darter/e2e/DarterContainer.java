package dev.darter.e2e;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A container of {@link DarterImage} on the host's network, as a node of a cluster runs it. */
final class DarterContainer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(45);

    private final String name;
    private final GenericContainer<?> container;
    private final Admin admin;
    private final Path log;

    private DarterContainer(String name, GenericContainer<?> container, Admin admin, Path log) {
        this.name = name;
        this.container = container;
        this.admin = admin;
        this.log = log;
    }

    /** Starts {@code darter <words>} and waits until it is ready. It can write to nothing but its volume and {@code /tmp}. */
    static DarterContainer start(Sandbox sandbox, String name, String... words) {
        Admin admin = new Admin(Ports.free());
        @SuppressWarnings("resource") // Closed through the sandbox.
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(DarterImage.NAME))
                .withNetworkMode("host")
                .withCommand(Stream.concat(Stream.of(words), Stream.of("--admin", admin.address())).toArray(String[]::new))
                .withTmpFs(Map.of("/tmp", "rw,exec"))
                .withCreateContainerCmdModifier(create -> requireNonNull(create.getHostConfig()).withReadonlyRootfs(true));
        DarterContainer started = sandbox.closeLater(new DarterContainer(name, container, admin, sandbox.logs().resolve(name + ".log")));
        container.start();
        Waiting.until(name + " is ready", START_LIMIT, started::isReady);
        return started;
    }

    /** Runs {@code darter <words>} in the container and returns what it prints. */
    String darter(String... words) throws IOException, InterruptedException {
        ExecResult result = container.execInContainer(Stream.concat(Stream.of("darter"), Stream.of(words)).toArray(String[]::new));
        if (result.getExitCode() != 0) {
            throw new AssertionError(String.join(" ", words) + " ended with " + result.getExitCode() + "\n" + result.getStdout()
                    + result.getStderr());
        }
        return result.getStdout();
    }

    long metric(String metric) {
        return (long) admin.metrics().sum(metric);
    }

    /** The process, by its number outside of the container. */
    long pid() {
        return requireNonNull(container.getCurrentContainerInfo().getState().getPidLong());
    }

    /** SIGTERM as {@code docker stop} sends it, and the exit code. */
    long stop(Duration patience) {
        container.getDockerClient().stopContainerCmd(container.getContainerId()).withTimeout((int) patience.toSeconds()).exec();
        return requireNonNull(container.getCurrentContainerInfo().getState().getExitCodeLong());
    }

    private boolean isReady() {
        if (!container.isRunning()) {
            throw new IllegalStateException(name + " ended: " + container.getLogs());
        }
        return admin.isReady();
    }

    @Override
    public void close() throws IOException {
        if (container.getContainerId() != null) {
            Files.writeString(log, container.getLogs());
        }
        container.stop();
    }
}
