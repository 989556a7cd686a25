package dev.darter.containerd;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.google.protobuf.CodedInputStream;

import dev.darter.protocol.Digest;

/**
 * What one namespace of containerd says of a piece of content.
 *
 * @param size in bytes
 * @param labels set by containerd and its clients
 */
public record ContentInfo(Digest digest, long size, Map<String, String> labels) {

    /** What containerd's garbage collector follows. */
    private static final String REFERENCE = "containerd.io/gc.ref.content.";
    private static final String SOURCE = "containerd.io/distribution.source.";

    public ContentInfo {
        labels = Map.copyOf(labels);
    }

    /** The registries that it was pulled from, by the names that containerd has for them, for instance {@code docker.io}. */
    public List<String> sources() {
        return labels.keySet()
                .stream()
                .filter(label -> label.startsWith(SOURCE))
                .map(label -> label.substring(SOURCE.length()))
                .sorted()
                .toList();
    }

    /** Whether it is the manifest of an image whose layers containerd threw away once they were unpacked ({@code discard_unpacked_layers}). */
    public boolean lostLayers() {
        return labels.containsKey(REFERENCE + "config") && labels.keySet().stream().noneMatch(label -> label.startsWith(REFERENCE + "l."));
    }

    /** The label that says that content belongs to a repository. */
    public static Map<String, String> sourceLabel(String registry, String repository) {
        return Map.of(SOURCE + registry, repository);
    }

    /** Empty for a digest of an algorithm that Darter doesn't know. */
    static Optional<ContentInfo> read(CodedInputStream in) throws IOException {
        Map<String, String> labels = new LinkedHashMap<>();
        String[] digest = {""};
        long[] size = {0};
        Fields.read(in, (field, value) -> {
            switch (field) {
                case 1 -> digest[0] = value.text();
                case 2 -> size[0] = value.number();
                case 5 -> value.entry(labels);
                default -> {
                    // Times.
                }
            }
        });
        try {
            return Optional.of(new ContentInfo(Digest.parse(digest[0]), size[0], labels));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
