package dev.darter.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.darter.e2e.LayerWriter.Compression;
import dev.darter.e2e.LayerWriter.Layer;

/** Puts layers together to images and images to indices, in the words of OCI or of Docker. */
final class ImageBuilder {
    /** The media types of one family. */
    enum Vocabulary {
        OCI(MediaTypes.INDEX, MediaTypes.MANIFEST, MediaTypes.CONFIG),
        DOCKER(MediaTypes.DOCKER_LIST, MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_CONFIG);

        private final String index;
        private final String manifest;
        private final String config;

        Vocabulary(String index, String manifest, String config) {
            this.index = index;
            this.manifest = manifest;
            this.config = config;
        }

        private String layer(Compression compression) {
            return switch (compression) {
                case GZIP -> this == OCI ? MediaTypes.LAYER_GZIP : MediaTypes.DOCKER_LAYER;
                case ZSTD -> MediaTypes.LAYER_ZSTD;
            };
        }
    }

    private final OciLayoutWriter layout;
    private final LayerWriter layers;
    private final Vocabulary words;
    private final List<Blob> contents = new ArrayList<>();

    ImageBuilder(Path folder, Vocabulary words) {
        this.layout = new OciLayoutWriter(folder);
        this.layers = new LayerWriter(layout);
        this.words = words;
    }

    Layer random(Compression compression, long seed, int size) {
        return layers.random(words.layer(compression), compression, seed, size);
    }

    Layer randomFiles(long seed, int... sizes) {
        return layers.randomFiles(words.layer(Compression.GZIP), Compression.GZIP, seed, sizes);
    }

    /** The same files in an eStargz layer, whose parts can be read alone. */
    Layer stargz(Layer plain) {
        return StargzConversion.of(plain, layout);
    }

    Layer busybox(String greeting) {
        return layers.busybox(words.layer(Compression.GZIP), Compression.GZIP, greeting);
    }

    /** A layer of one file. */
    Layer file(String path, byte[] content) {
        return layers.file(words.layer(Compression.GZIP), Compression.GZIP, path, content);
    }

    /** An image of these layers whose containers print their greeting. */
    Blob image(String architecture, List<Layer> imageLayers) {
        return image("linux", architecture, List.of("/bin/cat", "/greeting"), imageLayers);
    }

    Blob image(String os, String architecture, List<String> command, List<Layer> imageLayers) {
        Blob config = add(layout.writeJson(words.config, ordered(
                "created", "2025-01-01T00:00:00Z",
                "architecture", architecture,
                "os", os,
                "config", ordered("Cmd", command, "Env", List.of("PATH=/bin")),
                "rootfs", ordered("type", "layers", "diff_ids", imageLayers.stream().map(Layer::diffId).toList()),
                "history", imageLayers.stream().map(_ -> ordered("created_by", "a test")).toList())));
        imageLayers.forEach(layer -> add(layer.blob()));
        return describe(config, imageLayers.stream().map(ImageBuilder::descriptor).toList(), Map.of());
    }

    /** A manifest of anything. */
    Blob manifest(Blob config, List<Blob> layerBlobs, Map<String, Object> more) {
        return describe(config, layerBlobs.stream().map(Blob::descriptor).toList(), more);
    }

    private static Map<String, Object> descriptor(Layer layer) {
        Map<String, Object> descriptor = layer.blob().descriptor();
        if (!layer.annotations().isEmpty()) {
            descriptor.put("annotations", layer.annotations());
        }
        return descriptor;
    }

    private Blob describe(Blob config, List<Map<String, Object>> layerDescriptors, Map<String, Object> more) {
        Map<String, Object> manifest = ordered("schemaVersion", 2, "mediaType", words.manifest);
        manifest.putAll(more);
        manifest.put("config", config.descriptor());
        manifest.put("layers", layerDescriptors);
        return add(layout.writeJson(words.manifest, manifest));
    }

    /** An index (a manifest list) of children as {@link #child} makes them. */
    Blob index(List<Map<String, Object>> children) {
        return add(layout.writeJson(words.index, ordered("schemaVersion", 2, "mediaType", words.index, "manifests", children)));
    }

    static Map<String, Object> child(Blob manifest, String os, String architecture) {
        Map<String, Object> descriptor = manifest.descriptor();
        descriptor.put("platform", ordered("architecture", architecture, "os", os));
        return descriptor;
    }

    /** A statement about an image in the form in which BuildKit attaches it. */
    Map<String, Object> attestation(Blob subject) {
        Blob statement = add(layout.writeJson(MediaTypes.IN_TOTO, ordered(
                "_type", "https://in-toto.io/Statement/v0.1",
                "predicateType", "https://slsa.dev/provenance/v0.2",
                "subject", List.of(ordered("name", "e2e", "digest", Map.of("sha256", Digests.hex(subject.digest())))))));
        Blob config = add(layout.writeJson(words.config, ordered(
                "architecture", "unknown",
                "os", "unknown",
                "config", Map.of(),
                "rootfs", ordered("type", "layers", "diff_ids", List.of(statement.digest())))));
        Map<String, Object> descriptor = child(manifest(config, List.of(statement), Map.of()), "unknown", "unknown");
        descriptor.put("annotations",
                ordered("vnd.docker.reference.digest", subject.digest(), "vnd.docker.reference.type", "attestation-manifest"));
        return descriptor;
    }

    Blob write(String mediaType, OciLayoutWriter.Content content) {
        return add(layout.write(mediaType, content));
    }

    Blob writeSparse(String mediaType, long mebibytes) {
        return add(layout.writeSparse(mediaType, mebibytes));
    }

    Blob writeJson(String mediaType, Map<String, ?> document) {
        return add(layout.writeJson(mediaType, document));
    }

    TestImage finish(String repository, Blob root) {
        return finish(repository, "latest", root);
    }

    TestImage finish(String repository, String tag, Blob root) {
        layout.finish(root, tag);
        return new TestImage(repository, tag, root, contents.stream().distinct().toList());
    }

    private Blob add(Blob blob) {
        contents.add(blob);
        return blob;
    }

    /** A map that keeps its order, so that the same image has the same digest in each run. */
    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
