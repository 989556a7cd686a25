package dev.darter.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;

/**
 * What is known of one blob's chain: states at boundaries with their trust, which chunks link two of them, and which stand alone. Pure: it
 * never sees a byte of the blob. Boundary 0 is proven from the start; the boundary after the last chunk is the digest, so it has no entry here.
 * Not thread-safe.
 */
final class DigestChain {

    private final Digest name;
    private final ChunkLayout layout;
    private final ChainHasher hasher;
    private final @Nullable KnownState[] states;
    private final ChunkSet linked = new ChunkSet();
    private final Map<Integer, Bytes> lone = new HashMap<>();
    /** States that were computed here, from the bytes of the origin. */
    private final BitSet own = new BitSet();
    private boolean proven;

    DigestChain(Digest name, ChunkLayout layout) {
        this.name = name;
        this.layout = layout;
        this.hasher = ChainHasher.forAlgorithm(name.algorithm());
        this.states = new KnownState[Math.max(1, layout.count())];
        states[0] = new KnownState(hasher.initial(), Trust.PROVEN);
    }

    ChunkLayout layout() {
        return layout;
    }

    Optional<KnownState> state(int boundary) {
        return boundary < 0 || boundary >= states.length ? Optional.empty() : Optional.ofNullable(states[boundary]);
    }

    /** Where the chunk lies in the chain, if the states around it are known. */
    Optional<Span> span(int chunk) {
        Optional<KnownState> before = state(chunk);
        Optional<KnownState> after = state(chunk + 1);
        if (before.isEmpty() || (after.isEmpty() && !isLast(chunk))) {
            return Optional.empty();
        }
        return Optional.of(new Span(hasher, name, layout.offset(chunk), before.get(), after));
    }

    /** Where the chunk begins, if that is known; its end is left open. */
    Optional<Span> openSpan(int chunk) {
        return state(chunk).map(before -> new Span(hasher, name, layout.offset(chunk), before, Optional.empty()));
    }

    boolean isLast(int chunk) {
        return chunk == layout.count() - 1;
    }

    /** Takes all of the states or none. */
    LearnResult learn(int firstBoundary, List<ChainState> learnt, Trust trust) {
        check(firstBoundary, learnt);
        for (int i = 0; i < learnt.size(); i++) {
            KnownState known = states[firstBoundary + i];
            if (known != null && known.trust().atLeast(Trust.VOUCHED) && trust.atLeast(Trust.VOUCHED)
                    && !known.state().equals(learnt.get(i))) {
                return new LearnResult.Conflict(firstBoundary + i, known.trust());
            }
        }
        int gained = 0;
        for (int i = 0; i < learnt.size(); i++) {
            gained += learnOne(firstBoundary + i, new KnownState(learnt.get(i), trust)) ? 1 : 0;
        }
        return new LearnResult.Learnt(gained);
    }

    /** Takes a state that was computed here, from bytes of the origin. */
    LearnResult learnOwn(int boundary, ChainState state) {
        LearnResult result = learn(boundary, List.of(state), Trust.VOUCHED);
        if (result instanceof LearnResult.Learnt) {
            own.set(boundary);
        }
        return result;
    }

    /** The first boundary whose state others vouch for; 0 when this host computed all of them itself. */
    int firstForeign() {
        int boundary = own.nextClearBit(1);
        return boundary < states.length ? boundary : 0;
    }

    private void check(int firstBoundary, List<ChainState> learnt) {
        if (firstBoundary < 0 || firstBoundary + learnt.size() > states.length) {
            throw new IllegalArgumentException("There are no boundaries " + firstBoundary + " to " + (firstBoundary + learnt.size() - 1));
        }
        for (ChainState state : learnt) {
            if (state.bytes().length != name.algorithm().byteLength()) {
                throw new IllegalArgumentException("That is no state of " + name.algorithm().javaName());
            }
        }
    }

    private boolean learnOne(int boundary, KnownState news) {
        KnownState known = states[boundary];
        if (known == null) {
            states[boundary] = news;
            return true;
        }
        if (known.state().equals(news.state())) {
            if (known.trust().atLeast(news.trust())) {
                return false;
            }
            states[boundary] = news;
            return true;
        }
        // What is left are claims against something else. A claim gives way to a vouched state, and to another claim as long as no chunk
        // has confirmed it, so that the first liar doesn't keep all later ones out.
        boolean confirmed = linked.contains(boundary - 1) || linked.contains(boundary);
        if (known.trust() != Trust.CLAIMED || (confirmed && news.trust() == Trust.CLAIMED)) {
            return false;
        }
        linked.remove(Math.max(0, boundary - 1));
        linked.remove(boundary);
        states[boundary] = news;
        return true;
    }

    /** The chunk's bytes were seen to lead from one end of the span to the other; false when the chain has other states there by now. */
    boolean link(int chunk, Span seen) {
        if (span(chunk).filter(seen::sameAs).isEmpty()) {
            return false;
        }
        linked.add(chunk);
        lone.remove(chunk);
        return true;
    }

    /** The chunk's bytes were seen to have this hash, which a signer vouches for. */
    void addLone(int chunk, Bytes sha256) {
        lone.put(chunk, sha256);
    }

    Optional<Bytes> loneHash(int chunk) {
        return Optional.ofNullable(lone.get(chunk));
    }

    /** Forgets that the chunk's bytes are there. */
    void unlink(int chunk) {
        linked.remove(chunk);
        lone.remove(chunk);
    }

    /** Forgets the states from this boundary on and all chunks that end at or after it. */
    void rewind(int boundary) {
        int first = Math.max(1, boundary);
        for (int i = first; i < states.length; i++) {
            states[i] = null;
            own.clear(i);
        }
        for (int chunk = first - 1; chunk < layout.count(); chunk++) {
            unlink(chunk);
        }
    }

    /** The chunks that stand alone still. */
    ChunkSet lone() {
        ChunkSet chunks = new ChunkSet();
        lone.keySet().forEach(chunks::add);
        return chunks;
    }

    boolean has(int chunk) {
        return linked.contains(chunk) || lone.containsKey(chunk);
    }

    boolean isLinked(int chunk) {
        return linked.contains(chunk);
    }

    /** Closes the chain if every chunk links two states, from the initial one to the digest; false when chunks are missing. */
    boolean prove() {
        if (linked.size() < layout.count() || (layout.count() == 0 && !isNameOfNothing())) {
            return false;
        }
        proven = true;
        for (int i = 0; i < states.length; i++) {
            KnownState known = states[i];
            states[i] = known == null ? null : new KnownState(known.state(), Trust.PROVEN);
        }
        return true;
    }

    private boolean isNameOfNothing() {
        return hasher.finish(hasher.initial(), 0, ByteBuffer.allocate(0)).equals(name);
    }

    /** Whether the chain was closed once: all its states are true, though a chunk may have been damaged on disk since. */
    boolean isProven() {
        return proven;
    }

    /** Whether somebody who is believed vouches for the chunk's bytes, or they are proven. */
    boolean isServable(int chunk) {
        if (proven) {
            return has(chunk);
        }
        return lone.containsKey(chunk)
                || (linked.contains(chunk) && isVouched(chunk) && (isLast(chunk) || isVouched(chunk + 1)));
    }

    /** How far the blob is there without a gap: all chunks before this boundary link vouched states, and the state here is vouched. */
    int frontier() {
        int boundary = 0;
        while (boundary < states.length - 1 && linked.contains(boundary) && isVouched(boundary + 1)) {
            boundary++;
        }
        return proven && missing().isEmpty() ? layout.count() : boundary;
    }

    ChunkSet verified() {
        ChunkSet verified = linked.copy();
        lone.keySet().forEach(verified::add);
        return verified;
    }

    ChunkSet servable() {
        ChunkSet servable = new ChunkSet();
        verified().forEach(chunk -> {
            if (isServable(chunk)) {
                servable.add(chunk);
            }
        });
        return servable;
    }

    ChunkSet missing() {
        ChunkSet missing = ChunkSet.ofRange(0, layout.count());
        missing.removeAll(verified());
        return missing;
    }

    /** Bytes from an offset on, without a gap, that are vouched for. */
    long servableBytes(long offset) {
        return bytesBefore(firstUnservable(offset), offset);
    }

    /** The same for who reads to the end: the last chunk counts only when all is proven, since without it a false blob can't be complete. */
    long completableBytes(long offset) {
        int end = firstUnservable(offset);
        return bytesBefore(proven ? end : Math.min(end, layout.count() - 1), offset);
    }

    private int firstUnservable(long offset) {
        int chunk = layout.chunkAt(offset);
        while (isServable(chunk)) {
            chunk++;
        }
        return chunk;
    }

    private long bytesBefore(int chunk, long offset) {
        return Math.max(0, Math.min(layout.offset(chunk), layout.blobSize()) - offset);
    }

    int vouchedAtOrBefore(int wanted) {
        int boundary = Math.clamp(wanted, 0, states.length - 1);
        while (!isVouched(boundary)) {
            boundary--;
        }
        return boundary;
    }

    private boolean isVouched(int boundary) {
        KnownState known = states[boundary];
        return known != null && known.trust().atLeast(Trust.VOUCHED);
    }

    /** All states, in order; only of a proven chain. */
    List<ChainState> provenStates() {
        if (!proven) {
            throw new IllegalStateException("The chain of " + name + " isn't closed");
        }
        return Arrays.stream(states).map(known -> Objects.requireNonNull(known).state()).toList();
    }
}
