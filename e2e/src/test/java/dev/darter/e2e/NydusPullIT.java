package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.darter.e2e.ImageBuilder.Vocabulary;

/** nydusd mounts images through the agent and reads parts of them. */
@Tag("long")
final class NydusPullIT {
    private static final int MIB = 1 << 20;
    private static final long SEED = 51;
    private static final int READ_BYTES = 8 * MIB;

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    /** An image, and what nydusd needs to mount it. */
    private record Nydus(TestImage image, Path bootstrap) {}

    @Test
    void mountsRafsVersionSix() throws Exception {
        Path source = sandbox.scratch("files");
        Path files = Files.createDirectories(source.resolve("random"));
        for (long seed = SEED; seed < SEED + 3; seed++) {
            Files.write(files.resolve(String.valueOf(seed)), LayerWriter.bytes(seed, seed == SEED + 1 ? READ_BYTES : 40 * MIB));
        }
        Path blobs = sandbox.scratch("blobs");
        Path bootstrap = build("dir-rafs", source, blobs, "--compressor", "none");
        assertReadOnTwoHosts(new Nydus(image("nydus", filesIn(blobs)), bootstrap), "random/" + (SEED + 1));
    }

    @Test
    void mountsAnUnmodifiedLayer() throws Exception {
        ImageBuilder builder = new ImageBuilder(sandbox.scratch("plain"), Vocabulary.OCI);
        Blob layer = builder.randomFiles(SEED, 40 * MIB, READ_BYTES, 40 * MIB).blob();
        Path blobs = sandbox.scratch("blobs");
        Path bootstrap = build("targz-ref", layer.file(), blobs);
        Files.copy(layer.file(), blobs.resolve("layer"));
        assertReadOnTwoHosts(new Nydus(image("zran", filesIn(blobs)), bootstrap), "random/" + (SEED + 1));
    }

    private Path build(String type, Path source, Path blobs, String... more) {
        Path bootstrap = sandbox.scratch().resolve("bootstrap");
        sandbox.run(sandbox.command("nydus-image", Nydusd.program("nydus-image"), "create", "--type", type, "--fs-version", "6",
                "--bootstrap", bootstrap.toString(), "--blob-dir", blobs.toString())
                .with(more)
                .with(source.toString())).orFail("nydus-image");
        return bootstrap;
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private TestImage image(String name, List<Path> blobs) {
        ImageBuilder builder = new ImageBuilder(sandbox.scratch("image"), Vocabulary.OCI);
        Blob config = builder.writeJson(MediaTypes.CONFIG, Map.of("architecture", "amd64", "os", "linux"));
        List<Blob> layers = blobs.stream()
                .map(blob -> builder.write("application/vnd.oci.image.layer.nydus.blob.v1", out -> Files.copy(blob, out)))
                .toList();
        return builder.finish("e2e/" + name, builder.manifest(config, layers, Map.of()));
    }

    private void assertReadOnTwoHosts(Nydus nydus, String file) throws IOException {
        sandbox.registry().push(nydus.image());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin, "--lazy", "ranges-only");
        String digest = nydus.image().largest().digest();

        assertRead(Nydusd.start(sandbox, "first", nydus.bootstrap(), nydus.image(), cluster.agent(1).url()), file);
        long sent = origin.bytesSent(digest);
        System.out.printf("%d KiB of a blob of %d KiB have left the registry%n", sent >> 10, nydus.image().largest().size() >> 10);
        assertThat(sent).as("what is read, and the chunks at its edges").isBetween((long) READ_BYTES, 16L * MIB);

        assertRead(Nydusd.start(sandbox, "second", nydus.bootstrap(), nydus.image(), cluster.agent(2).url()), file);
        assertThat(origin.bytesSent(digest)).as("for both, but for what is read ahead").isLessThanOrEqualTo(sent + 2 * MIB);
        assertThat(cluster.agent(2).peerBytes()).as("from the first").isGreaterThanOrEqualTo(READ_BYTES);
    }

    private static void assertRead(Nydusd mounted, String file) throws IOException {
        assertThat(Digests.of(Files.readAllBytes(mounted.root().resolve(file))))
                .isEqualTo(Digests.of(LayerWriter.bytes(SEED + 1, READ_BYTES)));
    }
}
