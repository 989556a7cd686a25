package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A Docker Engine of the test's own: Debian's with the classic image store, or a newer one whose images live in containerd. */
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
        Path config = configure(folder, """
                "containerd": "%s", "registry-mirrors": [%s]
                """.formatted(containerd.socket(), mirrors.stream().map(url -> '"' + url + '"').collect(Collectors.joining(", "))));
        return start(sandbox, folder, sandbox.command("dockerd", "dockerd", "--config-file", config.toString()));
    }

    /**
     * Starts the newer one, with a containerd that it runs itself. The mirror is that for {@link DarterCluster#REGISTRY}.
     * There is no option for the folder in which it looks for mirrors, so it sees an {@code /etc} that has one more.
     */
    static Dockerd startOnContainerdStore(Sandbox sandbox, String mirrorUrl) {
        Path folder = sandbox.scratch("dockerd");
        Path etc = folder.resolve("etc");
        // A pull includes the question what refers to the image. Without the third word that goes past the mirror.
        Containerd.writeMirror(etc.resolve("docker/certs.d"), mirrorUrl, "\"pull\", \"resolve\", \"referrers\"");
        // Debian's runc is older than these.
        String features = "\"features\": {\"time-namespaces\": false}";
        Path programs = BuiltProgram.folder("dockerd.sh");
        return start(sandbox, folder, sandbox.command("dockerd", "unshare", "--mount", "sh", "-c",
                "mount -t overlay overlay -o lowerdir=\"$0\":/etc /etc && exec \"$@\"", etc.toString(),
                programs.resolve("dockerd").toString(), "--config-file", configure(folder, features).toString())
                .environment("PATH", NewerContainerd.folder() + ":" + System.getenv("PATH")));
    }

    private static Path configure(Path folder, String more) {
        try {
            return Files.writeString(folder.resolve("daemon.json"), """
                    {
                      "data-root": "%1$s/data", "exec-root": "%1$s/exec", "pidfile": "%1$s/pid", "hosts": ["%2$s"],
                      "bridge": "none", "iptables": false, "ip6tables": false, "cgroup-parent": "%3$s",
                      %4$s
                    }
                    """.formatted(folder, host(folder), Watchdog.instance().cgroup(), more));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dockerd start(Sandbox sandbox, Path folder, Command command) {
        Dockerd dockerd = sandbox.closeLater(new Dockerd(sandbox, folder, command.start()));
        Waiting.until("dockerd answers", Duration.ofSeconds(30), () -> dockerd.docker("version").succeeded());
        return dockerd;
    }

    /** The socket of the containerd that a newer one runs. */
    Path containerdSocket() {
        return folder.resolve("exec/containerd/containerd.sock");
    }

    /** The folder of the content of the containerd that a newer one runs. */
    Path blobs() {
        return folder.resolve("data/containerd/daemon/io.containerd.content.v1.content/blobs/sha256");
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
