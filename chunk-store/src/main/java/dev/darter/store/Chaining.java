package dev.darter.store;

import dev.darter.protocol.ChunkSet;

/** What became of chunks that stood alone. */
public sealed interface Chaining {

    /** These are in the chain now. The others have to wait for the chunks before them. */
    record Chained(ChunkSet chunks) implements Chaining {}

    /** A chunk contradicts the states, whose signer or its own signer lied. The state at the boundary is the first doubtful one. */
    record Broken(int firstDoubtfulBoundary) implements Chaining {}
}
