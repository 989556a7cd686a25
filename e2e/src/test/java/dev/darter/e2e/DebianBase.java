package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The base of the container image, made from Debian's packages under the name that the Dockerfile asks for, because a test pulls nothing from a public
 * registry. The tarball is kept in {@code e2e/target}: it takes the better part of a minute.
 */
final class DebianBase {
    static final String NAME = "debian:bookworm-slim";

    private static final String SUITE = "bookworm";
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** What Debian's own slim images leave out as well, and what a container gets from its runtime. */
    private static final List<String> LEFT_OUT = List.of("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man",
            "var/cache", "var/lib/apt/lists", "var/log", "dev", "proc", "sys");

    private DebianBase() {}

    static void importInto(Sandbox sandbox, Dockerd dockerd) {
        dockerd.docker("import", tarball(sandbox).toString(), NAME).orFail("docker import");
    }

    private static synchronized Path tarball(Sandbox sandbox) {
        Path tarball = Checkout.module().resolve("target").resolve("debian-" + SUITE + ".tar");
        if (Files.exists(tarball)) {
            return tarball;
        }
        Path system = sandbox.scratch("debian");
        // A mount namespace of its own: what debootstrap mounts is gone with it, however it ends.
        sandbox.command("debootstrap", "unshare", "--mount", "--fork", "--kill-child", Programs.path("debootstrap"), "--variant=minbase",
                SUITE, system.toString())
                .with(mirror(sandbox))
                .run(LIMIT)
                .orFail("debootstrap");
        try {
            Path partial = Files.createTempFile(tarball.getParent(), "debian-", ".tar");
            sandbox.command("tar", "tar", "--create", "--numeric-owner", "--file", partial.toString(), "--directory", system.toString())
                    .with(LEFT_OUT.stream().map(folder -> "--exclude=./" + folder + "/*").toList())
                    .with(".")
                    .run(LIMIT)
                    .orFail("tar");
            return Files.move(partial, tarball, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where this machine's apt gets the suite from; empty when it does not know, and then debootstrap's own default holds. */
    private static List<String> mirror(Sandbox sandbox) {
        Command.Output targets = sandbox.run(sandbox.command("apt-get", "apt-get", "indextargets", "--format", "$(REPO_URI)",
                "Created-By: Packages", "Codename: " + SUITE));
        return Stream.of(targets).filter(Command.Output::succeeded).flatMap(output -> output.stdout().lines()).limit(1).toList();
    }
}
