package dev.darter.e2e;

import java.nio.file.Path;
import java.time.Duration;

/** A client for artifacts in registries: it finds what refers to an image. */
final class Oras {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Sandbox sandbox;
    private final DarterAgent agent;

    /** It knows no mirrors: it asks the agent, and names the registry in the path. */
    Oras(Sandbox sandbox, DarterAgent agent) {
        this.sandbox = sandbox;
        this.agent = agent;
    }

    /** Copies an image and all that refers to it into an OCI image layout, and returns the folder of its contents. */
    Path copyWithReferrers(TestImage image) {
        Path layout = sandbox.scratch("oras-" + agent.proxyPort());
        oras("cp", "--recursive", "--from-plain-http", "--to-oci-layout", reference(image), layout + ":" + image.tag())
                .run(LIMIT)
                .orFail("oras cp");
        return layout.resolve("blobs/sha256");
    }

    /** What refers to an image and has this type. */
    String discover(TestImage image, String artifactType) {
        return oras("discover", "--plain-http", "--format", "json", "--artifact-type", artifactType, reference(image)).run(LIMIT)
                .orFail("oras discover")
                .stdout();
    }

    private String reference(TestImage image) {
        return agent.address() + "/" + image.reference();
    }

    private Command oras(String... arguments) {
        // A client configuration of its own: credentials of the machine must not leak into a test.
        return sandbox.command("oras", BuiltProgram.folder("image-tools.sh").resolve("oras").toString())
                .with(arguments)
                .environment("DOCKER_CONFIG", sandbox.scratch("oras-config").toString());
    }
}
