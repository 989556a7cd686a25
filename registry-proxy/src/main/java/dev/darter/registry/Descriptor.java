package dev.darter.registry;

import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.protocol.Digest;

/**
 * What a manifest says of something that it lists.
 *
 * @param kind where a registry has it: an index lists manifests, a manifest lists blobs
 * @param size in bytes; old manifests don't tell
 */
record Descriptor(ContentKind kind, Digest digest, OptionalLong size, Optional<String> mediaType) {}
