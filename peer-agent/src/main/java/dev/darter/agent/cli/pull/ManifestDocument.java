package dev.darter.agent.cli.pull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.cli.CommandException;
import dev.darter.protocol.Digest;

/** A manifest, or an index of manifests, as far as a pull has to understand it. */
sealed interface ManifestDocument {
    /** All kinds that a puller may be given, the lists first. */
    List<String> ACCEPT = List.of("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json");

    /** Manifests of one image for several platforms; attestations are among them, for the platform unknown/unknown. */
    record Index(Map<Platform, Content> manifests) implements ManifestDocument {
        Content choose(Platform wanted, ImageReference image) throws CommandException {
            for (Map.Entry<Platform, Content> entry : manifests.entrySet()) {
                if (wanted.accepts(entry.getKey())) {
                    return entry.getValue();
                }
            }
            List<String> offered = manifests.keySet()
                    .stream()
                    .map(Platform::toString)
                    .filter(name -> !name.startsWith("unknown/"))
                    .toList();
            throw CommandException
                    .notFound(image + " is not made for " + wanted + "; choose with --platform among " + String.join(", ", offered));
        }
    }

    /** What one image consists of, each blob once, and which of them is its configuration. */
    record Image(List<Content> blobs, Optional<Content> config) implements ManifestDocument {}

    /** Reads a document; the message of the exception is for the user. */
    static ManifestDocument parse(byte[] bytes) throws CommandException {
        try {
            JsonNode root = JsonMapper.shared().readTree(bytes);
            if (root.path("manifests").isArray()) {
                return index(root.path("manifests"));
            }
            if (root.path("layers").isArray()) {
                return image(root);
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw CommandException.failed("the manifest can't be understood: " + e.getMessage(), e);
        }
        throw CommandException.failed("the manifest is of a kind that can't be pulled, perhaps Docker's old schema 1", null);
    }

    private static Index index(JsonNode manifests) {
        Map<Platform, Content> byPlatform = new LinkedHashMap<>();
        for (JsonNode manifest : manifests) {
            JsonNode platform = manifest.path("platform");
            Platform key = new Platform(platform.path("os").asString("unknown"), platform.path("architecture").asString("unknown"),
                    Optional.of(platform.path("variant").asString("")).filter(variant -> !variant.isEmpty()));
            byPlatform.putIfAbsent(key, content(manifest));
        }
        return new Index(byPlatform);
    }

    private static Image image(JsonNode root) {
        Map<Digest, Content> blobs = new LinkedHashMap<>();
        List<JsonNode> descriptors = new ArrayList<>();
        Optional<Content> config = Optional.of(root.path("config")).filter(JsonNode::isObject).map(ManifestDocument::content);
        if (config.isPresent()) {
            descriptors.add(root.path("config"));
        }
        root.path("layers").forEach(descriptors::add);
        for (JsonNode descriptor : descriptors) {
            // Foreign layers are elsewhere; runtimes fetch them from there, not from a mirror.
            if (descriptor.path("urls").isEmpty()) {
                Content content = content(descriptor);
                blobs.putIfAbsent(content.digest(), content);
            }
        }
        return new Image(List.copyOf(blobs.values()), config);
    }

    private static Content content(JsonNode descriptor) {
        return new Content(Digest.parse(descriptor.path("digest").asString("")), descriptor.path("size").asLong(0),
                descriptor.path("mediaType").asString(""));
    }
}
