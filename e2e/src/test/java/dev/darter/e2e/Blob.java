package dev.darter.e2e;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One object of an image: a manifest, an index, a configuration or a layer, in a file. */
record Blob(String mediaType, String digest, long size, Path file) {

    /** How a manifest names it. */
    Map<String, Object> descriptor() {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", mediaType);
        descriptor.put("digest", digest);
        descriptor.put("size", size);
        return descriptor;
    }

    /** Whether registries keep it among the manifests, not the blobs. */
    boolean isManifest() {
        return mediaType.equals(MediaTypes.INDEX) || mediaType.equals(MediaTypes.MANIFEST)
                || mediaType.equals(MediaTypes.DOCKER_LIST) || mediaType.equals(MediaTypes.DOCKER_MANIFEST);
    }
}
