package dev.darter.registry;

import java.util.OptionalLong;

import dev.darter.protocol.BlobKey;

/**
 * What a caller wants to read.
 *
 * @param size in bytes, where an answer of the registry or a manifest that the caller may read told it. The registry itself may know better:
 *            manifests can be wrong about the size of what they list
 * @param wanted what the caller will read; the source fetches that with preference
 * @param origin how to read it from the origin with this caller's own credentials, for as long as the reader is open
 */
public record BlobRequest(BlobKey blob, OptionalLong size, WantedBytes wanted, OriginAccess origin) {}
