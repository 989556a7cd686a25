package dev.darter.registry;

import java.util.List;
import java.util.Optional;

import dev.darter.protocol.Digest;

/**
 * What the proxy wants to know of a manifest or an index. Its bytes are passed on as they are, whatever else they say.
 *
 * @param mediaType as it stands in the document
 * @param deducedType the media type that the document's fields amount to
 * @param listed config, layers, children: what a caller who may read the manifest may read as well. Neither {@code urls}, which point
 *            elsewhere, nor {@code subject}, which anybody may name in a manifest of his own
 */
record Manifest(Optional<String> mediaType, String deducedType, List<Descriptor> listed) {

    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_OLD = "application/vnd.docker.distribution.manifest.v1+json";
    /** Its digest is not the hash of its bytes, so it can only be passed through. */
    static final String DOCKER_OLD_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /**
     * Sent when content is named by its digest: there is nothing to negotiate then, but some registries deny what a client did not say that
     * it accepts.
     */
    static final List<String> ALL_TYPES = List.of(OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST, OCI_ARTIFACT, DOCKER_OLD, "*/*");

    /** Longer ones are no manifests: containerd refuses them above 4.4 MB. */
    static final int LONGEST = 8 * 1024 * 1024;

    /** The media type to tell a client when the upstream has not told one. */
    String contentType() {
        return mediaType.orElse(deducedType);
    }

    /** The digests of all that is listed. */
    List<Digest> listedDigests() {
        return listed.stream().map(Descriptor::digest).distinct().toList();
    }
}
