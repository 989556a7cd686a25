package dev.darter.e2e;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * An image, an index of images or an artifact that a test made.
 *
 * @param root the object that the tag names
 * @param contents all its objects, each before those that refer to it; the root is the last
 */
record TestImage(String repository, String tag, Blob root, List<Blob> contents) {

    /** The name that clients use: the registry's name is one that no resolver knows, so nothing works but the mirror. */
    String reference() {
        return reference(DarterCluster.REGISTRY);
    }

    String reference(String registry) {
        return registry + "/" + repository + ":" + tag;
    }

    String referenceByDigest() {
        return DarterCluster.REGISTRY + "/" + repository + "@" + root.digest();
    }

    List<Blob> manifests() {
        return contents.stream().filter(Blob::isManifest).toList();
    }

    /** Layers, configurations and the like. */
    List<Blob> blobs() {
        return contents.stream().filter(blob -> !blob.isManifest()).toList();
    }

    /** The folder in which it lies in the OCI image layout. */
    Path layout() {
        return root.file().resolve("../../..").normalize();
    }

    Blob largest() {
        return contents.stream().max(Comparator.comparingLong(Blob::size)).orElseThrow();
    }

    long size() {
        return contents.stream().mapToLong(Blob::size).sum();
    }
}
