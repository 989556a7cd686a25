package dev.darter.e2e;

import java.nio.file.Path;
import java.time.Duration;

/** Podman with a storage of the test's own; it has no daemon. */
final class Podman {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Sandbox sandbox;
    private final RegistriesConf configuration;
    private final Path folder;

    Podman(Sandbox sandbox, RegistriesConf configuration) {
        this.sandbox = sandbox;
        this.configuration = configuration;
        this.folder = sandbox.scratch("podman");
    }

    Command.Output pull(String reference) {
        return podman("pull", "--signature-policy", configuration.policy().toString(), reference);
    }

    /** Runs the image's own command and returns what it prints. */
    String printed(String reference) {
        // Limits are named because podman's own are higher than what a process without CAP_SYS_RESOURCE may set.
        return podman("run", "--rm", "--network", "none", "--ulimit", "nofile=512:1024", "--ulimit", "nproc=512:512",
                "--cgroups", "no-conmon", "--cgroup-parent", Watchdog.instance().cgroup(), reference)
                .orFail("podman run")
                .stdout();
    }

    private Command.Output podman(String... arguments) {
        return sandbox.command("podman", "podman", "--root", folder.resolve("root").toString(), "--runroot",
                folder.resolve("run").toString(), "--tmpdir", folder.resolve("tmp").toString(), "--storage-driver", "vfs",
                "--cgroup-manager", "cgroupfs", "--events-backend", "none")
                .with(arguments)
                .environment("CONTAINERS_REGISTRIES_CONF", configuration.registries().toString())
                .run(LIMIT);
    }
}
