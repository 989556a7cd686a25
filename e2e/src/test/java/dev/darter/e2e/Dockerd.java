package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A Docker Engine of the test's own with the classic image store, on a containerd of the test's own. */
final class Dockerd implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Sandbox sandbox;
    private final Path folder;
    private final Child process;

    private Dockerd(Sandbox sandbox, Path folder, Child process) {
        this.sandbox = sandbox;
        this.folder = folder;
        this.process = process;
    }

    /** Starts one whose mirror for Docker Hub is at this URL. It has no network, so there is no fallback to the Hub. */
    static Dockerd start(Sandbox sandbox, String mirrorUrl) {
        return start(sandbox, List.of(mirrorUrl));
    }

    /** Starts one that has no mirror. */
    static Dockerd start(Sandbox sandbox) {
        return start(sandbox, List.of());
    }

    private static Dockerd start(Sandbox sandbox, List<String> mirrors) {
        Containerd containerd = Containerd.start(sandbox, "dockerd-containerd");
        Path folder = sandbox.scratch("dockerd");
        try {
            Path config = Files.writeString(folder.resolve("daemon.json"), """
                    {
                      "data-root": "%1$s/data", "exec-root": "%1$s/exec", "pidfile": "%1$s/pid",
                      "hosts": ["%4$s"], "containerd": "%2$s",
                      "bridge": "none", "iptables": false, "ip6tables": false, "cgroup-parent": "%5$s",
                      "registry-mirrors": [%3$s]
                    }
                    """.formatted(folder, containerd.socket(),
                    mirrors.stream().map(url -> '"' + url + '"').collect(Collectors.joining(", ")), host(folder),
                    Watchdog.instance().cgroup()));
            Child process = sandbox.command("dockerd", "dockerd", "--config-file", config.toString()).start();
            Dockerd dockerd = sandbox.closeLater(new Dockerd(sandbox, folder, process));
            Waiting.until("dockerd answers", Duration.ofSeconds(30), () -> dockerd.docker("version").succeeded());
            return dockerd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What clients call it in {@code DOCKER_HOST}. */
    String host() {
        return host(folder);
    }

    private static String host(Path folder) {
        return "unix://" + folder + "/sock";
    }

    Command.Output docker(String... arguments) {
        // A client configuration of its own: credentials or contexts of the machine must not leak into a test.
        return sandbox.command("docker", "docker", "--config", folder.resolve("client").toString(), "--host", host())
                .with(arguments)
                .run(LIMIT);
    }

    @Override
    public void close() throws IOException {
        process.close();
        // A container on the host's network leaves the network namespace mounted.
        Mounts.releaseBelow(sandbox, folder);
    }
}
