package dev.darter.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.protocol.Digest;

/**
 * Reads manifests. What a manifest lists becomes readable to those who may read the manifest, so the proxy must never see more in it than the
 * registry that checked it at the push. A registry decides what kind of document it has and checks that kind's fields alone, so a document that
 * has fields of another kind as well is taken to list nothing. Registries written in Go match keys in any case and take the last of several; nor
 * is anything listed by a document in which that could matter.
 */
final class ManifestParser {

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final Set<String> KEYS = Set.of("mediaType", "manifests", "config", "layers", "blobs", "fsLayers", "schemaVersion",
            "digest", "blobSum", "size", "signatures", "urls");
    private static final int MOST_LISTED = 10_000;

    /** What a registry takes a document for, with the fields that it then checks. */
    private enum Kind {
        IMAGE, INDEX, ARTIFACT, OLD;

        private static final Set<String> ALL_FIELDS = Set.of("config", "layers", "manifests", "blobs", "fsLayers");

        private Set<String> fields() {
            return switch (this) {
                case IMAGE -> Set.of("config", "layers");
                case INDEX -> Set.of("manifests");
                case ARTIFACT -> Set.of("blobs");
                case OLD -> Set.of("fsLayers");
            };
        }

        /**
         * Empty when the fields contradict the media type or each other, or when the media type is unknown. Without a media type registries
         * go by the {@code Content-Type} of the push, and refuse {@code manifests} in an image and {@code layers} in an index, but pass over
         * the fields of other kinds in either.
         */
        static Optional<Kind> of(JsonNode root) {
            Set<String> present = new HashSet<>(root.propertyNames());
            present.retainAll(ALL_FIELDS);
            Optional<Kind> kind = root.has("mediaType")
                    ? text(root, "mediaType").flatMap(Kind::named)
                    : Stream.of(IMAGE, INDEX).filter(each -> !Collections.disjoint(each.fields(), present)).findFirst();
            return kind.filter(known -> known.fields().containsAll(present));
        }

        private static Optional<Kind> named(String mediaType) {
            return switch (mediaType) {
                case Manifest.OCI_MANIFEST, Manifest.DOCKER_MANIFEST -> Optional.of(IMAGE);
                case Manifest.OCI_INDEX, Manifest.DOCKER_LIST -> Optional.of(INDEX);
                case Manifest.OCI_ARTIFACT -> Optional.of(ARTIFACT);
                case Manifest.DOCKER_OLD, Manifest.DOCKER_OLD_SIGNED -> Optional.of(OLD);
                default -> Optional.empty();
            };
        }
    }

    private ManifestParser() {}

    /** Empty when the bytes are no unambiguous JSON object. */
    static Optional<Manifest> parse(byte[] bytes) {
        try {
            JsonNode root = JSON.readTree(bytes);
            if (!root.isObject() || isAmbiguous(root)) {
                return Optional.empty();
            }
            List<Descriptor> listed = Kind.of(root).map(kind -> listed(root, kind)).orElse(List.of());
            return listed.size() > MOST_LISTED
                    ? Optional.empty()
                    : Optional.of(new Manifest(text(root, "mediaType"), deduceType(root), List.copyOf(listed)));
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static List<Descriptor> listed(JsonNode root, Kind kind) {
        List<Descriptor> listed = new ArrayList<>();
        switch (kind) {
            case IMAGE -> {
                descriptor(ContentKind.BLOB, root.path("config"), "digest").ifPresent(listed::add);
                root.path("layers").forEach(entry -> descriptor(ContentKind.BLOB, entry, "digest").ifPresent(listed::add));
            }
            case INDEX -> root.path("manifests").forEach(entry -> descriptor(ContentKind.MANIFEST, entry, "digest").ifPresent(listed::add));
            case ARTIFACT -> root.path("blobs").forEach(entry -> descriptor(ContentKind.BLOB, entry, "digest").ifPresent(listed::add));
            case OLD -> root.path("fsLayers").forEach(entry -> descriptor(ContentKind.BLOB, entry, "blobSum").ifPresent(listed::add));
        }
        return listed;
    }

    private static boolean isAmbiguous(JsonNode object) {
        for (String name : object.propertyNames()) {
            if (!KEYS.contains(name) && KEYS.stream().anyMatch(name::equalsIgnoreCase)) {
                return true;
            }
        }
        return false;
    }

    /** Empty also for content with {@code urls}: it lies elsewhere, and registries take it without looking whether they have it. */
    private static Optional<Descriptor> descriptor(ContentKind kind, JsonNode node, String digestKey) {
        if (!node.isObject() || node.has("urls") || isAmbiguous(node)) {
            return Optional.empty();
        }
        JsonNode size = node.path("size");
        return text(node, digestKey).flatMap(ManifestParser::digest)
                .map(digest -> new Descriptor(kind, digest,
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
