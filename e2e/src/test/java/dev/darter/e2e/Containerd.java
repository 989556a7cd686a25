package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A containerd of the test's own, and {@code ctr} to drive it. */
final class Containerd implements AutoCloseable {
    /** A pull that hangs must not hang the tests. */
    private static final Duration PULL_LIMIT = Duration.ofMinutes(2);
    /** What would put files into folders of the whole machine. */
    private static final String UNWANTED = "'io.containerd.internal.v1.opt', 'io.containerd.nri.v1.nri'";
    private static final String FOR_KUBERNETES = "'io.containerd.grpc.v1.cri', 'io.containerd.cri.v1.images', 'io.containerd.cri.v1.runtime'";

    /** Which containerd. */
    enum Release {
        /** 1.6, of Debian. */
        DEBIAN,
        /** 2.4, see {@code build/containerd.sh}. */
        NEWER;

        String program(String name) {
            return this == DEBIAN ? name : NewerContainerd.folder().resolve(name).toString();
        }
    }

    private final Sandbox sandbox;
    private final String name;
    private final Path folder;
    private final Release release;
    private final Command command;
    private Child process;

    private Containerd(Sandbox sandbox, String name, Path folder, Release release, Path config) {
        this.sandbox = sandbox;
        this.name = name;
        this.folder = folder;
        this.release = release;
        Command plain = sandbox.command(name, release.program("containerd"), "--config", config.toString());
        // It runs the first shim of the path, and a newer containerd can't run containers with Debian's.
        this.command = switch (release) {
            case DEBIAN -> plain;
            case NEWER -> plain.environment("PATH", NewerContainerd.folder() + ":" + System.getenv("PATH"));
        };
        this.process = command.start();
    }

    static Containerd start(Sandbox sandbox, String name) {
        return start(sandbox, name, Release.DEBIAN);
    }

    static Containerd start(Sandbox sandbox, String name, Release release) {
        return start(sandbox, name, release, UNWANTED + ", " + FOR_KUBERNETES, "");
    }

    /** One that Kubernetes could use, and that throws layers away once they are unpacked. */
    static Containerd startDiscarding(Sandbox sandbox, String name) {
        return start(sandbox, name, Release.DEBIAN, UNWANTED, """
                [plugins."io.containerd.grpc.v1.cri"]
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                [plugins."io.containerd.grpc.v1.cri".containerd]
                  snapshotter = "native"
                  discard_unpacked_layers = true
                [plugins."io.containerd.grpc.v1.cri".registry]
                  config_path = "%s/hosts"
                """.formatted(sandbox.scratch(name)));
    }

    /** With a snapshotter of another process beside its own. */
    static Containerd start(Sandbox sandbox, String name, Release release, Stargz snapshotter) {
        return start(sandbox, name, release, UNWANTED + ", " + FOR_KUBERNETES, """
                [proxy_plugins.stargz]
                  type = "snapshot"
                  address = "%s"
                """.formatted(snapshotter.socket()));
    }

    private static Containerd start(Sandbox sandbox, String name, Release release, String disabledPlugins, String more) {
        Path folder = sandbox.scratch(name);
        try {
            Path config = Files.writeString(folder.resolve("config.toml"), """
                    version = 2
                    root = "%1$s/root"
                    state = "%1$s/state"
                    disabled_plugins = [%2$s]
                    [grpc]
                      address = "%1$s/sock"
                    %3$s
                    """.formatted(folder, disabledPlugins, more));
            Containerd containerd = sandbox.closeLater(new Containerd(sandbox, name, folder, release, config));
            containerd.awaitAnswer();
            return containerd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() {
        Waiting.until(name + " answers", Duration.ofSeconds(20), () -> ctr("version").run(PULL_LIMIT).succeeded());
    }

    Path socket() {
        return folder.resolve("sock");
    }

    /** The folder of its content. */
    Path blobs() {
        return folder.resolve("root/io.containerd.content.v1.content/blobs/sha256");
    }

    /** Ends it at once, as a crash would. */
    void kill() {
        process.kill();
    }

    /** Starts it again as it was. */
    void restart() {
        process.close();
        process = command.start();
        awaitAnswer();
    }

    /**
     * Names the only place where this containerd finds images of {@link DarterCluster#REGISTRY}: there is no fallback
     * that could hide a mirror's failure.
     */
    Containerd useMirror(String url) {
        writeMirror(hostsFolder(), url, "\"pull\", \"resolve\"");
        return this;
    }

    /** The same in a folder that another program looks into, with what it may ask the mirror for. */
    static void writeMirror(Path hostsFolder, String url, String capabilities) {
        try {
            Path hosts = Files.createDirectories(hostsFolder.resolve(DarterCluster.REGISTRY));
            Files.writeString(hosts.resolve("hosts.toml"), """
                    server = "http://127.0.0.1:9"
                    [host."%s"]
                      capabilities = [%s]
                    """.formatted(url, capabilities));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code ctr image pull}: content of this host's platform, unpacked and ready to run. */
    Command.Output pull(String reference) {
        return pull(reference, "native");
    }

    /** The same with another snapshotter, or for other platforms. */
    Command.Output pull(String reference, String snapshotter, String... options) {
        return ctr("image", "pull", "--hosts-dir", hostsFolder().toString(), "--snapshotter", snapshotter).with(options)
                .with(reference)
                .run(PULL_LIMIT);
    }

    /** Takes an image's manifest and leaves its layers where they are. */
    Command.Output pullLazily(String reference) {
        return sandbox.command(name + "-pull", Stargz.program(), "pull", "--address", socket().toString(), "--hosts-dir",
                hostsFolder().toString(), reference).run(PULL_LIMIT);
    }

    /** Runs a command in a container whose layers were left where they are, and returns what it prints. */
    String printedLazily(String reference, String... command) {
        return ctr("run", "--rm", "--snapshotter", "stargz", "--cgroup", Watchdog.instance().cgroup() + "/lazy", reference, "lazy")
                .with(command)
                .run(PULL_LIMIT)
                .orFail("ctr run")
                .stdout();
    }

    /** {@code ctr content fetch}: all content of all platforms, as it is. */
    Command.Output fetch(String reference) {
        return fetch(reference, PULL_LIMIT);
    }

    /** The same for a large image. */
    Command.Output fetch(String reference, Duration limit) {
        return ctr("content", "fetch", "--hosts-dir", hostsFolder().toString(), "--all-platforms", reference).run(limit);
    }

    Command.Output fetchAs(String user, String password, String reference) {
        return ctr("content", "fetch", "--hosts-dir", hostsFolder().toString(), "--all-platforms", "--user", user + ":" + password,
                reference)
                .run(PULL_LIMIT);
    }

    /** Runs the image's own command, or another, and returns what it prints. */
    String printed(String reference, String... command) {
        return printed(List.of("--snapshotter", "native"), reference, command);
    }

    /** The same with options of {@code ctr run}. */
    String printed(List<String> options, String reference, String... command) {
        return ctr("run", "--rm", "--cgroup", Watchdog.instance().cgroup() + "/hello").with(options)
                .with(reference, "hello")
                .with(command)
                .run(PULL_LIMIT)
                .orFail("ctr run")
                .stdout();
    }

    /** Forgets all images and their content, so that the next pull is a whole one. */
    void removeImages() {
        List<String> names = ctr("image", "ls", "-q").run(PULL_LIMIT).orFail("ctr image ls").stdout().lines().toList();
        ctr("image", "rm", "--sync").with(names).run(PULL_LIMIT).orFail("ctr image rm");
        assertThat(ctr("content", "ls", "-q").run(PULL_LIMIT).orFail("ctr content ls").stdout()).isEmpty();
    }

    /** It collects when a lease is deleted synchronously. */
    void collectGarbage() {
        ctr("leases", "create", "--id", "collector").run(PULL_LIMIT).orFail("ctr leases create");
        ctr("leases", "rm", "--sync", "collector").run(PULL_LIMIT).orFail("ctr leases rm");
    }

    /** Compares what lies in the content store with what was made, byte for byte. */
    void assertHolds(List<Blob> contents) {
        ContentStore.assertHolds(blobs(), contents);
    }

    private Path hostsFolder() {
        return folder.resolve("hosts");
    }

    private Command ctr(String... arguments) {
        return sandbox.command(name + "-ctr", release.program("ctr"), "--address", socket().toString()).with(arguments);
    }

    @Override
    public void close() {
        process.close();
    }
}
