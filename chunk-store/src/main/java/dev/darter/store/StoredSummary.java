package dev.darter.store;

import java.util.Set;

import dev.darter.protocol.Digest;

/**
 * A line of the inventory.
 *
 * @param size in bytes
 * @param sources base URLs of the registries that it came from; one when it is partial
 * @param verifiedChunks how many of the chunks are there; all of them when it is complete
 */
public record StoredSummary(Digest digest, long size, Set<String> sources, Completeness completeness, int verifiedChunks) {

    /** Whether all of a blob is there. */
    public enum Completeness {
        COMPLETE, PARTIAL
    }
}
