package dev.darter.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkSet;

/** Chains chunks that stand alone, in order, by hashing them from the state before them, as far as that is known. */
final class LoneChaining {

    private final PartialState blob;

    LoneChaining(PartialState blob) {
        this.blob = blob;
    }

    Chaining run() throws StoreException {
        ChunkSet lone = blob.look(DigestChain::lone);
        ChunkSet chained = new ChunkSet();
        // Claims make no chunk better that somebody vouches for. They are all there is to prove some blobs with in the end.
        Trust least = blob.look(DigestChain::missing).isEmpty() ? Trust.CLAIMED : Trust.VOUCHED;
        for (int chunk = lone.next(0); chunk >= 0; chunk = lone.next(chunk + 1)) {
            int current = chunk;
            if (!blob.holding(current, () -> chain(current, least))) {
                return new Chaining.Broken(chunk + 1);
            }
            if (blob.look(chain -> chain.isLinked(current))) {
                chained.add(chunk);
            }
        }
        return new Chaining.Chained(chained);
    }

    /** False when it contradicts a vouched state. */
    private boolean chain(int chunk, Trust least) throws StoreException {
        Optional<Span> open = blob.look(chain -> chain.loneHash(chunk).isPresent() ? chain.openSpan(chunk) : Optional.<Span>empty())
                .filter(span -> span.before().trust().atLeast(least));
        if (open.isEmpty()) {
            return true;
        }
        ByteBuffer bytes = blob.get(chunk);
        if (!blob.look(chain -> chain.isLast(chunk))) {
            ChainState after = open.get().advance(bytes);
            // The bytes are vouched for, so what follows from them is believed as far as the state before them.
            Trust trust = Trust.lower(open.get().trust(), Trust.VOUCHED);
            if (blob.learn(chunk + 1, List.of(after), trust) instanceof LearnResult.Conflict) {
                return false;
            }
        }
        Optional<Span> span = blob.look(chain -> chain.span(chunk));
        if (span.isEmpty() || !span.get().fits(bytes)) {
            // Below that trust a claim may be false, which says nothing of the bytes.
            return !open.get().trust().atLeast(Trust.VOUCHED);
        }
        return blob.link(chunk, span.get());
    }
}
