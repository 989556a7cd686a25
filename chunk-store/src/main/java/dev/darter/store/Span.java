package dev.darter.store;

import java.nio.ByteBuffer;
import java.util.Optional;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest;

/**
 * One chunk's place in the chain: what its bytes have to lead from and to.
 *
 * @param offset of the chunk in the blob
 * @param after empty for the last chunk, whose end is the digest itself
 */
record Span(ChainHasher hasher, Digest name, long offset, KnownState before, Optional<KnownState> after) {

    /** Hashes the bytes once and compares; leaves the buffer as it was. */
    boolean fits(ByteBuffer bytes) {
        return after.isPresent()
                ? advance(bytes).equals(after.get().state())
                : hasher.finish(before.state(), offset, bytes.duplicate()).equals(name);
    }

    /** The state that the bytes of a chunk that isn't the last one lead to; leaves the buffer as it was. */
    ChainState advance(ByteBuffer bytes) {
        return hasher.advance(before.state(), offset, bytes.duplicate());
    }

    Trust trust() {
        return after.map(state -> Trust.lower(before.trust(), state.trust())).orElse(before.trust());
    }

    /** Whether both ends are the same, whatever their trust has become. */
    boolean sameAs(Span other) {
        return before.state().equals(other.before.state()) && after.map(KnownState::state).equals(other.after.map(KnownState::state));
    }
}
