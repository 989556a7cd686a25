package dev.darter.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Debian's {@code docker-registry} in a container on the host's network. Images are pushed to it with skopeo. */
final class RegistryContainer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String PROGRAM = "/usr/local/bin/docker-registry";

    private final GenericContainer<?> container;
    private final String address;

    private RegistryContainer(GenericContainer<?> container, String address) {
        this.container = container;
        this.address = address;
    }

    static RegistryContainer start(Sandbox sandbox) {
        String address = "127.0.0.1:" + Ports.free();
        @SuppressWarnings("resource") // Closed through the sandbox.
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(DebianBase.NAME))
                .withNetworkMode("host")
                .withCopyToContainer(MountableFile.forHostPath(Programs.path("docker-registry"), 0755), PROGRAM)
                .withCopyToContainer(Transferable.of(config(address).getBytes(StandardCharsets.UTF_8)), "/etc/registry.yml")
                .withCommand(PROGRAM, "serve", "/etc/registry.yml")
                .waitingFor(Wait.forLogMessage(".*listening on.*\\n", 1).withStartupTimeout(LIMIT));
        RegistryContainer started = sandbox.closeLater(new RegistryContainer(container, address));
        container.start();
        return started;
    }

    String url() {
        return "http://" + address;
    }

    TestImage push(Sandbox sandbox, TestImage image) {
        Path policy = RegistriesConf.write(sandbox, address).policy();
        sandbox.command("skopeo-push", "skopeo", "--policy", policy.toString(), "copy", "--all", "--preserve-digests",
                "--dest-tls-verify=false", "oci:" + image.layout() + ":" + image.tag(), "docker://" + image.reference(address))
                .run(LIMIT)
                .orFail("skopeo copy");
        return image;
    }

    private static String config(String address) {
        return """
                version: 0.1
                log:
                  level: info
                storage:
                  filesystem:
                    rootdirectory: /var/lib/registry
                  redirect:
                    disable: true
                http:
                  addr: %s
                """.formatted(address);
    }

    @Override
    public void close() {
        container.stop();
    }
}
