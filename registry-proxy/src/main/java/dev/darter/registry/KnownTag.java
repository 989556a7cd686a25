package dev.darter.registry;

import java.time.Instant;

import dev.darter.protocol.Digest;

/**
 * What a tag meant when an upstream was last asked.
 *
 * @param contentType media type of the manifest, as the upstream gave it
 * @param resolvedAt when that was
 */
public record KnownTag(Digest digest, String contentType, Instant resolvedAt) {}
