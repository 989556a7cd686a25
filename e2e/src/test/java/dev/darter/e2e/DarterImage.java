package dev.darter.e2e;

import java.nio.file.Path;
import java.time.Duration;

/** Darter's container image, built by the repository's own script on a Docker Engine of the test's own. */
final class DarterImage {
    static final String NAME = "darter:e2e";

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private DarterImage() {}

    static void build(Sandbox sandbox, Dockerd dockerd) {
        DebianBase.importInto(sandbox, dockerd);
        Path script = Checkout.root().resolve("deploy/image/build");
        sandbox.command("image-build", script.toString(), NAME)
                // Debian's client, as in all tests: another one on the machine may want a builder that is not there.
                .environment("PATH", Path.of(Programs.path("docker")).getParent() + ":/usr/bin:/bin")
                .environment("JAVA_HOME", System.getProperty("java.home"))
                .environment("DOCKER_HOST", dockerd.host())
                .environment("DOCKER_CONFIG", sandbox.scratch("docker-config").toString())
                .run(LIMIT)
                .orFail("deploy/image/build");
    }

    /** Bytes on disk, all layers together. */
    static long size(Dockerd dockerd, String image) {
        return Long.parseLong(dockerd.docker("image", "inspect", "--format", "{{.Size}}", image)
                .orFail("docker image inspect")
                .stdout()
                .strip());
    }
}
