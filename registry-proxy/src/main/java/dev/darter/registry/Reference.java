package dev.darter.registry;

import dev.darter.protocol.Digest;

/** How a client names a manifest. */
sealed interface Reference {

    /** By a name that can move. */
    record Tag(String name) implements Reference {}

    /** By its content. */
    record ByDigest(Digest digest) implements Reference {}
}
