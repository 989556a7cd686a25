package dev.darter.store;

import java.nio.ByteBuffer;

import dev.darter.protocol.ChainState;

/** A hash function whose inner state can be read and set at block boundaries. For one thread. */
interface StateDigest {

    /** Continues from this state, after so many bytes (a multiple of the block length). */
    void restore(ChainState state, long bytesBefore);

    /** Hashes all of the remaining bytes. */
    void update(ByteBuffer bytes);

    /** The state now; only good after a multiple of the block length. */
    ChainState state();

    /** Pads, and gives the hash; call {@link #restore} before anything else afterwards. */
    byte[] finish();
}
