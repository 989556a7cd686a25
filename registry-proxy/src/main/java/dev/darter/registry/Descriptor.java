package dev.darter.registry;

import java.util.Optional;
import java.util.OptionalLong;

import dev.darter.protocol.Digest;

/**
 * What a manifest says of something that it lists.
 *
 * @param size in bytes; old manifests don't tell
 */
record Descriptor(Digest digest, OptionalLong size, Optional<String> mediaType) {}
