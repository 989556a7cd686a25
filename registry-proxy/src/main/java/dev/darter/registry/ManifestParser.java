package dev.darter.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.protocol.Digest;

/**
 * Reads manifests. What a manifest lists becomes readable to those who may read the manifest, so the proxy must never see more in it than the
 * registry that checked it at the push. Registries written in Go match keys in any case and take the last of several; a document in which that
 * could matter is taken to list nothing.
 */
final class ManifestParser {

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final Set<String> KEYS = Set.of("mediaType", "manifests", "config", "layers", "blobs", "fsLayers", "schemaVersion",
            "digest", "blobSum", "size", "signatures");
    private static final int MOST_LISTED = 10_000;

    private ManifestParser() {}

    /** Empty when the bytes are no unambiguous JSON object. */
    static Optional<Manifest> parse(byte[] bytes) {
        try {
            JsonNode root = JSON.readTree(bytes);
            if (!root.isObject() || isAmbiguous(root)) {
                return Optional.empty();
            }
            List<Descriptor> listed = new ArrayList<>();
            descriptor(root.path("config"), "digest").ifPresent(listed::add);
            for (String list : List.of("manifests", "layers", "blobs")) {
                root.path(list).forEach(entry -> descriptor(entry, "digest").ifPresent(listed::add));
            }
            root.path("fsLayers").forEach(entry -> descriptor(entry, "blobSum").ifPresent(listed::add));
            return listed.size() > MOST_LISTED
                    ? Optional.empty()
                    : Optional.of(new Manifest(text(root, "mediaType"), deduceType(root), List.copyOf(listed)));
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static boolean isAmbiguous(JsonNode object) {
        for (String name : object.propertyNames()) {
            if (!KEYS.contains(name) && KEYS.stream().anyMatch(name::equalsIgnoreCase)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Descriptor> descriptor(JsonNode node, String digestKey) {
        if (!node.isObject() || isAmbiguous(node)) {
            return Optional.empty();
        }
        JsonNode size = node.path("size");
        return text(node, digestKey).flatMap(ManifestParser::digest)
                .map(digest -> new Descriptor(digest,
                        size.isIntegralNumber() && size.canConvertToLong() && size.longValue() >= 0
                                ? OptionalLong.of(size.longValue())
                                : OptionalLong.empty(),
                        text(node, "mediaType")));
    }

    /** The rules by which clients tell documents without a media type apart. */
    private static String deduceType(JsonNode root) {
        if (root.path("fsLayers").isArray()) {
            return root.path("signatures").isArray() ? Manifest.DOCKER_OLD_SIGNED : Manifest.DOCKER_OLD;
        }
        if (root.path("manifests").isArray()) {
            return Manifest.OCI_INDEX;
        }
        if (root.path("blobs").isArray()) {
            return Manifest.OCI_ARTIFACT;
        }
        return root.path("config").isObject() ? Manifest.OCI_MANIFEST : "application/json";
    }

    private static Optional<String> text(JsonNode object, String key) {
        JsonNode value = object.path(key);
        return value.isString() && !value.stringValue().isEmpty() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException otherAlgorithm) {
            return Optional.empty();
        }
    }
}
