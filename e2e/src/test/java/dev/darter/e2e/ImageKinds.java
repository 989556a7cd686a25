package dev.darter.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.darter.e2e.ImageBuilder.Vocabulary;
import dev.darter.e2e.LayerWriter.Compression;
import dev.darter.e2e.LayerWriter.Layer;

/** Images of the kinds that containerd's image store allows, each small. */
final class ImageKinds {
    static final int LAYERS = 130;

    private static final int MIB = 1 << 20;
    private static final int ZSTD_SEED = 51;
    private static final int ZSTD_BYTES = 6 * MIB;

    private ImageKinds() {}

    /** An index of three platforms, each with an attestation as BuildKit writes them. This host's has a zstd layer. */
    static TestImage platforms() {
        return TestImages.once("platforms", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob amd64 = builder.image("amd64", List.of(
                    builder.busybox(TestImages.GREETING),
                    builder.random(Compression.ZSTD, ZSTD_SEED, ZSTD_BYTES),
                    builder.random(Compression.GZIP, 52, 3 * MIB)));
            Blob arm64 = builder.image("arm64", List.of(builder.random(Compression.GZIP, 53, 5 * MIB)));
            Blob riscv64 = builder.image("riscv64", List.of(builder.random(Compression.ZSTD, 54, 4 * MIB)));
            return builder.finish("e2e/platforms", builder.index(List.of(
                    ImageBuilder.child(amd64, "linux", "amd64"),
                    ImageBuilder.child(arm64, "linux", "arm64"),
                    ImageBuilder.child(riscv64, "linux", "riscv64"),
                    builder.attestation(amd64),
                    builder.attestation(arm64),
                    builder.attestation(riscv64))));
        });
    }

    /** A file in the zstd layer of {@link #platforms}. */
    static String zstdFile() {
        return "/random/" + ZSTD_SEED;
    }

    /** What {@code sha256sum} says of it. */
    static String zstdFileSum() {
        return Digests.hex(Digests.of(LayerWriter.bytes(ZSTD_SEED, ZSTD_BYTES))) + "  " + zstdFile() + "\n";
    }

    /** An index whose children are indices. */
    static TestImage nested() {
        return TestImages.once("nested", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob here = builder.image("amd64", List.of(builder.busybox(TestImages.GREETING), builder.random(Compression.GZIP, 55, MIB)));
            Blob there = builder.image("arm64", List.of(builder.random(Compression.ZSTD, 56, MIB)));
            Blob first = builder.index(List.of(ImageBuilder.child(here, "linux", "amd64"), builder.attestation(here)));
            Blob second = builder.index(List.of(ImageBuilder.child(there, "linux", "arm64")));
            return builder.finish("e2e/nested", builder.index(List.of(first.descriptor(), second.descriptor())));
        });
    }

    static TestImage manyLayers() {
        return TestImages.once("many-layers", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            List<Layer> layers = new ArrayList<>(List.of(builder.busybox(TestImages.GREETING)));
            IntStream.range(1, LAYERS)
                    .mapToObj(number -> builder.file("parts/" + number, Integer.toString(number).getBytes(StandardCharsets.US_ASCII)))
                    .forEach(layers::add);
            return builder.finish("e2e/many-layers", builder.image("amd64", layers));
        });
    }

    /** One layer of 8 GiB, which is of the largest size of chunks. */
    static TestImage huge() {
        return TestImages.once("huge", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob config = builder.writeJson(MediaTypes.CONFIG, ImageBuilder.ordered("architecture", "amd64", "os", "linux"));
            return builder.finish("e2e/huge", builder.manifest(config, List.of(builder.writeSparse(MediaTypes.LAYER, 8 << 10)), Map.of()));
        });
    }

    /** A WebAssembly module in an image: as a file in a layer, for a platform that says what runs it. */
    static TestImage wasi() {
        return TestImages.once("wasi", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob image = builder.image("wasi", "wasm", List.of("/hello.wasm"),
                    List.of(builder.file("hello.wasm", WasmModule.printing(TestImages.GREETING))));
            return builder.finish("e2e/wasi", builder.index(List.of(ImageBuilder.child(image, "wasi", "wasm"))));
        });
    }

    /** What others refer to. */
    static TestImage subject() {
        return TestImages.once("subject", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/subject", builder.image("amd64", List.of(builder.busybox(TestImages.GREETING))));
        });
    }

    /** A bill of materials that names its subject. */
    static TestImage sbom() {
        return referrer("sbom", MediaTypes.SPDX, ImageBuilder.ordered("spdxVersion", "SPDX-2.3", "packages",
                IntStream.range(0, 5000).mapToObj(number -> Map.of("name", "package-" + number)).toList()));
    }

    /** A signature that names its subject. */
    static TestImage signature() {
        return referrer("signature", MediaTypes.SIGSTORE, ImageBuilder.ordered("mediaType", MediaTypes.SIGSTORE, "messageSignature",
                Map.of("signature", "bm90IHJlYWxseQ==")));
    }

    private static TestImage referrer(String tag, String type, Map<String, Object> content) {
        Blob subject = subject().root();
        return TestImages.once("subject-" + tag, folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            // Older registries list as the artifact's type what its configuration is.
            Blob config = builder.writeJson(type, Map.of());
            return builder.finish("e2e/subject", tag, builder.manifest(config, List.of(builder.writeJson(type, content)),
                    ImageBuilder.ordered("artifactType", type, "subject", subject.descriptor())));
        });
    }

    /** Where registries have no referrers API: the index of all that refers to the subject, under a tag that is made of its digest. */
    static TestImage referrersTag() {
        Map<String, Object> sbom = sbom().root().descriptor();
        sbom.put("artifactType", MediaTypes.SPDX);
        Map<String, Object> signature = signature().root().descriptor();
        signature.put("artifactType", MediaTypes.SIGSTORE);
        return TestImages.once("subject-referrers", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/subject", tagOfSubject(""), builder.index(List.of(sbom, signature)));
        });
    }

    /** What cosign writes: an image of its own under a tag that is made of the subject's digest. */
    static List<TestImage> cosign() {
        return List.of(cosign(".sig", MediaTypes.COSIGN_SIGNATURE), cosign(".att", MediaTypes.DSSE));
    }

    private static TestImage cosign(String suffix, String type) {
        Blob subject = subject().root();
        return TestImages.once("subject" + suffix, folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob layer = builder.writeJson(type, ImageBuilder.ordered("critical",
                    Map.of("image", Map.of("docker-manifest-digest", subject.digest())), "optional", suffix));
            Blob config = builder.writeJson(MediaTypes.CONFIG, ImageBuilder.ordered("architecture", "", "os", "",
                    "rootfs", ImageBuilder.ordered("type", "layers", "diff_ids", List.of(layer.digest()))));
            return builder.finish("e2e/subject", tagOfSubject(suffix), builder.manifest(config, List.of(layer), Map.of()));
        });
    }

    private static String tagOfSubject(String suffix) {
        return "sha256-" + Digests.hex(subject().root().digest()) + suffix;
    }
}
