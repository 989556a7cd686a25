package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.darter.e2e.ImageBuilder.Vocabulary;
import dev.darter.e2e.LayerWriter.Compression;

/** The images of the tests, each made once in a run and the same in every run. */
final class TestImages {
    /** What their containers print. */
    static final String GREETING = "hello from a pulled image";

    private static final int MIB = 1 << 20;

    private static final int LAZY_SEED = 41;
    private static final int LAZY_BYTES = 8 * MIB;

    private static final Map<String, TestImage> MADE = new HashMap<>();

    private TestImages() {}

    /** An index of two platforms with gzip and zstd layers, 210 MiB in all, and an attestation as BuildKit writes it. */
    static TestImage bulk() {
        return once("bulk", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob amd64 = builder.image("amd64", List.of(
                    builder.busybox(GREETING),
                    builder.random(Compression.GZIP, 1, 70 * MIB),
                    builder.random(Compression.ZSTD, 2, 90 * MIB),
                    builder.random(Compression.GZIP, 3, 20 * MIB)));
            Blob arm64 = builder.image("arm64", List.of(builder.random(Compression.ZSTD, 4, 30 * MIB)));
            return builder.finish("e2e/bulk", builder.index(List.of(
                    ImageBuilder.child(amd64, "linux", "amd64"),
                    ImageBuilder.child(arm64, "linux", "arm64"),
                    builder.attestation(amd64))));
        });
    }

    /** A Docker manifest list of two platforms with gzip layers, 205 MiB in all. */
    static TestImage dockerList() {
        return once("docker-list", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.DOCKER);
            Blob amd64 = builder.image("amd64", List.of(
                    builder.busybox(GREETING),
                    builder.random(Compression.GZIP, 5, 120 * MIB),
                    builder.random(Compression.GZIP, 6, 80 * MIB)));
            Blob arm64 = builder.image("arm64", List.of(builder.random(Compression.GZIP, 7, 4 * MIB)));
            return builder.finish("e2e/docker-list", builder.index(List.of(
                    ImageBuilder.child(amd64, "linux", "amd64"),
                    ImageBuilder.child(arm64, "linux", "arm64"))));
        });
    }

    /** One layer of a size that takes a while: for faults in the middle. */
    static TestImage single() {
        return once("single", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/single", builder.image("amd64", List.of(builder.random(Compression.ZSTD, 8, 100 * MIB))));
        });
    }

    /** One layer of which nobody waits for all. */
    static TestImage large() {
        return once("large", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/large", builder.image("amd64", List.of(builder.random(Compression.ZSTD, 11, 200 * MIB))));
        });
    }

    /** One layer of a few dozen small chunks. */
    static TestImage small() {
        return once("small", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/small", builder.image("amd64", List.of(builder.random(Compression.GZIP, 10, 8 * MIB))));
        });
    }

    /** An eStargz image of 128 MiB of which a container reads some. */
    static TestImage lazy() {
        return once("lazy", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/lazy", builder.image("amd64", List.of(
                    builder.stargz(builder.busybox(GREETING)),
                    builder.stargz(builder.randomFiles(LAZY_SEED, 60 * MIB, LAZY_BYTES, 60 * MIB)))));
        });
    }

    /** The file {@code /random/42} of {@link #lazy}. */
    static byte[] lazyFile() {
        return LayerWriter.bytes(LAZY_SEED + 1, LAZY_BYTES);
    }

    /** One small image that runs. */
    static TestImage hello() {
        return once("hello", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/hello", builder.image("amd64", List.of(builder.busybox(GREETING))));
        });
    }

    /** A WebAssembly artifact: no configuration of an image, no tar, only a module. */
    static TestImage wasm() {
        return once("wasm", folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            Blob config = builder.writeJson(MediaTypes.WASM_CONFIG, ImageBuilder.ordered(
                    "created", "2025-01-01T00:00:00Z", "architecture", "wasm", "os", "wasip1", "layerDigests", List.of()));
            Blob module = builder.write(MediaTypes.WASM, out -> out.write(WasmModule.printing(GREETING)));
            return builder.finish("e2e/wasm",
                    builder.manifest(config, List.of(module), Map.of("artifactType", MediaTypes.WASM_CONFIG)));
        });
    }

    /** One layer of random bytes, for tests that need an image that nobody has. */
    static TestImage random(String name, int seed, int mebibytes) {
        return once(name, folder -> {
            ImageBuilder builder = new ImageBuilder(folder, Vocabulary.OCI);
            return builder.finish("e2e/" + name, builder.image("amd64", List.of(builder.random(Compression.ZSTD, seed, mebibytes * MIB))));
        });
    }

    static synchronized TestImage once(String name, Function<Path, TestImage> make) {
        return MADE.computeIfAbsent(name, _ -> {
            try {
                return make.apply(Files.createDirectories(Watchdog.instance().folder().resolve("images").resolve(name)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
