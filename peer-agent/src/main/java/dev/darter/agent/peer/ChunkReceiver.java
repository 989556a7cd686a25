package dev.darter.agent.peer;

import java.nio.ByteBuffer;
import java.time.Duration;

/** Hears what becomes of {@link ChunkRequest}s. Called on virtual threads; each request ends with one call of {@link #arrived} or {@link #failed}. */
public interface ChunkReceiver {

    /** Why a chunk did not come. */
    enum Failure {
        /** The neighbour took the request out of its queue as it was asked to (410). */
        WITHDRAWN,
        /** The neighbour does not have the chunk, or not for this registry (404). */
        MISSING,
        /** The connection broke, or what came is no proper answer. */
        BROKEN
    }

    /** So many bytes of the chunk have come: told for the first ones, and then a few times a second. */
    void progressed(ChunkRequest request, int bytes);

    /**
     * The chunk's bytes are here, not yet verified.
     *
     * @param bytes good during the call only: the array behind it is used again
     * @param took from the first byte of the answer to the last
     */
    void arrived(ChunkRequest request, ByteBuffer bytes, Duration took);

    /** The chunk did not come and won't. */
    void failed(ChunkRequest request, Failure failure);
}
