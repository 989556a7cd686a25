package dev.darter.store;

import dev.darter.protocol.ChunkSet;

/** Whether the chain of a {@link PartialBlob} is closed. */
public sealed interface Proof {

    /** All chunks are there and the last state, padded, is the digest: the blob may be served whole. It moves to its place in the background. */
    record Proven() implements Proof {}

    /**
     * The chunks and states contradict each other.
     *
     * @param firstDoubtfulBoundary where to {@link PartialBlob#rewind}
     */
    record Broken(int firstDoubtfulBoundary) implements Proof {}

    /** Chunks are missing still, or the states between them. */
    record Open(ChunkSet missing) implements Proof {}
}
