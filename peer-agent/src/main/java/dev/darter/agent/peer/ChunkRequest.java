package dev.darter.agent.peer;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * A chunk to be fetched from a neighbour.
 *
 * @param id unique on this host; the neighbour hears it, so that the request can be withdrawn while it is queued
 * @param offset of the chunk in the blob, in bytes
 * @param length of the chunk in bytes
 */
public record ChunkRequest(long id, HostId from, BlobKey blob, int chunk, long offset, int length, Lane lane) {

    /** The same request on the urgent lane. */
    ChunkRequest urgent() {
        return new ChunkRequest(id, from, blob, chunk, offset, length, Lane.URGENT);
    }

    /** Which of a neighbour's connections carries a request. */
    public enum Lane {
        /** One of two connections, in the order of asking. */
        ORDINARY,
        /** A connection of its own, for what a local reader waits for right now. */
        URGENT
    }
}
