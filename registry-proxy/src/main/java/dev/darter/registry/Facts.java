package dev.darter.registry;

import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.protocol.Digest;

/**
 * What an upstream's answer said of content, for the headers of the proxy's own answer.
 *
 * @param digest as the upstream named it
 * @param size in bytes
 */
record Facts(Optional<Digest> digest, OptionalLong size, Optional<String> contentType, Optional<String> etag) {

    static final Facts NONE = new Facts(Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty());

    /** The same without a size that content of this name can't have: some registries answer every {@code HEAD} with a length of zero. */
    Facts credibleFor(Digest name) {
        return size.isPresent() && !name.canName(size.getAsLong()) ? new Facts(digest, OptionalLong.empty(), contentType, etag) : this;
    }

    /** Whether this is the signed format of old, whose digest is not the hash of its bytes, so that it can't be cached. */
    boolean isUncacheable() {
        return contentType.filter(type -> type.startsWith(Manifest.DOCKER_OLD_SIGNED)).isPresent();
    }
}
