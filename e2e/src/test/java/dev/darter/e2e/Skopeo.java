package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;

/** Skopeo copies images between places. */
final class Skopeo {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Sandbox sandbox;
    private final RegistriesConf configuration;

    Skopeo(Sandbox sandbox, RegistriesConf configuration) {
        this.sandbox = sandbox;
        this.configuration = configuration;
    }

    /** Copies all of an image from its registry into a folder, as it is. */
    Path copyAll(TestImage image) {
        Path folder = sandbox.scratch("skopeo").resolve(image.repository().replace('/', '-'));
        sandbox.command("skopeo", "skopeo", "--registries-conf", configuration.registries().toString(), "--policy",
                configuration.policy().toString(), "copy", "--all", "--preserve-digests", "docker://" + image.reference(), "dir:" + folder)
                .run(LIMIT)
                .orFail("skopeo copy");
        return folder;
    }

    /** Compares such a folder with what was made, byte for byte. */
    static void assertHolds(Path folder, TestImage image) {
        for (Blob blob : image.contents()) {
            Path copied = folder.resolve(
                    blob.equals(image.root()) ? "manifest.json" : Digests.hex(blob.digest()) + (blob.isManifest() ? ".manifest.json" : ""));
            assertThat(copied).as(blob.mediaType()).exists().hasSameBinaryContentAs(blob.file());
        }
    }
}
