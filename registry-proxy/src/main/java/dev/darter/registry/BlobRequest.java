package dev.darter.registry;

import java.util.OptionalLong;

import dev.darter.protocol.BlobKey;

/**
 * What a caller wants to read.
 *
 * @param size in bytes, where a manifest or an answer to HEAD told it
 * @param first offset of the first byte that the caller will read; the source fetches from there on with preference
 * @param origin how to read it from the origin with this caller's own credentials, for as long as the reader is open
 */
public record BlobRequest(BlobKey blob, OptionalLong size, long first, OriginAccess origin) {}
