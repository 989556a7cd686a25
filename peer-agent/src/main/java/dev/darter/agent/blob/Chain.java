package dev.darter.agent.blob;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import dev.darter.agent.trust.KeyRing;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.SignedChunk;
import dev.darter.protocol.SignedStates;
import dev.darter.protocol.VouchKey;
import dev.darter.store.KnownState;
import dev.darter.store.LearnResult;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoreException;
import dev.darter.store.Trust;

/**
 * The digest chain of one download as this host may pass it on: what was signed, by whom, and what still waits for its key. Not thread-safe:
 * guarded by its download's lock.
 */
final class Chain {

    /** Signatures whose key has not come yet; more are not kept, they come again. */
    private static final int MAX_WAITING = 1024;

    private final BlobKey blob;
    private final PartialBlob partial;
    private final KeyRing keys;
    private final ChainBook book = new ChainBook();
    private final List<Waiting> waiting = new ArrayList<>();
    /** States with a good signature some of which are false. */
    private final List<SignedStates> suspects = new ArrayList<>();

    /** States that are not believed yet, and who told them. */
    private record Waiting(HostId from, SignedStates signed) {}

    Chain(BlobKey blob, PartialBlob partial, KeyRing keys) {
        this.blob = blob;
        this.partial = partial;
        this.keys = keys;
        partial.signatures().forEach(book::add);
    }

    /** Signs what was just read from the origin, so that it can be passed on. */
    void sign(Voucher lease, int firstBoundary, List<ChainState> states) throws StoreException {
        if (states.isEmpty()) {
            return;
        }
        for (int i = 0; i < states.size(); i++) {
            ChainState state = states.get(i);
            if (partial.state(firstBoundary + i).filter(known -> known.state().equals(state)).isEmpty()) {
                // They were rewound since they were computed.
                return;
            }
        }
        SignedStates signed = lease.sign(blob, layout(), firstBoundary, states);
        partial.learn(signed);
        book.add(signed);
    }

    /** Signs a chunk that was read from the origin without the state before it. */
    void sign(Voucher lease, int chunk, Bytes sha256) {
        book.add(lease.sign(blob, layout(), chunk, sha256));
    }

    /** Signs the state behind a chunk that was chained just now, unless somebody else has signed it. */
    void signChained(Voucher lease, int chunk) throws StoreException {
        int boundary = chunk + 1;
        Optional<KnownState> known = partial.state(boundary);
        if (book.at(boundary).isEmpty() && known.isPresent() && known.get().trust() != Trust.CLAIMED) {
            sign(lease, boundary, List.of(known.get().state()));
        }
    }

    /** Forgets the hashes of chunks that this host signed; returns the chunks. */
    List<Integer> takeLone(HostId signer) {
        return book.takeLone(signed -> signed.signer().equals(signer));
    }

    /** Forgets the hashes of chunks that were signed with this key; returns the chunks. */
    List<Integer> takeLone(VouchKey key) {
        return book.takeLone(signed -> signed.signer().equals(key.signer()) && signed.epoch() == key.epoch());
    }

    /**
     * Learns what a neighbour says: as vouched for where the signature is good, as a mere claim where the key is unknown.
     *
     * @param liars told of a host that signed or passed on what can't be true
     */
    void learn(HostId from, Have have, Consumer<HostId> liars) throws StoreException {
        for (SignedStates signed : have.states()) {
            learn(from, signed, liars);
        }
        for (SignedChunk signed : have.lone()) {
            if (signed.chunk() < layout().count() && book.lone(signed.chunk()).isEmpty()) {
                switch (keys.check(blob, layout(), signed)) {
                    case GOOD -> book.add(signed);
                    case FORGED -> liars.accept(from);
                    case UNKNOWN_KEY -> {
                        // Without a key the hash is of no use, and it comes again with the chain.
                    }
                }
            }
        }
    }

    private void learn(HostId from, SignedStates signed, Consumer<HostId> liars) throws StoreException {
        int end = signed.firstBoundary() + signed.states().size();
        if (signed.firstBoundary() < 0 || end > layout().count() || signed.states().isEmpty()) {
            liars.accept(from);
        } else if (!isVouchedAlready(signed)) {
            switch (keys.check(blob, layout(), signed)) {
                case GOOD -> adopt(from, signed, liars);
                case FORGED -> liars.accept(from);
                case UNKNOWN_KEY -> claim(from, signed);
            }
        }
    }

    private void adopt(HostId from, SignedStates signed, Consumer<HostId> liars) throws StoreException {
        switch (partial.learn(signed)) {
            case LearnResult.Learnt _ -> book.add(signed);
            case LearnResult.Conflict conflict -> {
                if (conflict.known() == Trust.PROVEN) {
                    liars.accept(signed.signer());
                } else {
                    // Two who are believed contradict each other: this one counts when the other's key is withdrawn, and is false if it never is.
                    keep(from, signed);
                    if (suspects.size() < MAX_WAITING) {
                        suspects.add(signed);
                    }
                }
            }
        }
    }

    private void claim(HostId from, SignedStates signed) throws StoreException {
        partial.learn(signed.firstBoundary(), signed.states(), Trust.CLAIMED);
        keep(from, signed);
    }

    private void keep(HostId from, SignedStates signed) {
        if (waiting.size() < MAX_WAITING && waiting.stream().noneMatch(kept -> kept.signed().equals(signed))) {
            waiting.add(new Waiting(from, signed));
        }
    }

    /** Checks again what waited for a key, since new ones have come. */
    void keysCame(Consumer<HostId> liars) throws StoreException {
        List<Waiting> again = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : again) {
            switch (keys.check(blob, layout(), one.signed())) {
                case GOOD -> adopt(one.from(), one.signed(), liars);
                case FORGED -> liars.accept(one.from());
                case UNKNOWN_KEY -> keep(one.from(), one.signed());
            }
        }
    }

    /** Whether states are missing here that are needed to verify some of these chunks, and were not among what came with them. */
    boolean lacksStatesFor(ChunkSet chunks) {
        int count = layout().count();
        for (int chunk = chunks.next(0); chunk >= 0 && chunk < count; chunk = chunks.next(chunk + 1)) {
            boolean before = partial.state(chunk).isPresent();
            boolean after = chunk + 1 == count || partial.state(chunk + 1).isPresent();
            if (!(before && after) && book.lone(chunk).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The announcement of these chunks with the signatures that go with them. */
    Have announce(ChunkSet chunks) {
        ChunkSet passable = passable(chunks);
        return have(passable, book.statesFor(passable), book.loneAmong(passable));
    }

    /** All that can be served, with all signatures. */
    Have everything(ChunkSet chunks) {
        ChunkSet passable = passable(chunks);
        return have(passable, book.states(), book.loneAmong(passable));
    }

    /** Those that another host can verify: a crash may have come between the last states and their signatures. */
    private ChunkSet passable(ChunkSet chunks) {
        ChunkSet passable = new ChunkSet();
        chunks.forEach(chunk -> {
            if (book.lone(chunk).isPresent() || (isSigned(chunk) && isSigned(chunk + 1))) {
                passable.add(chunk);
            }
        });
        return passable;
    }

    private boolean isSigned(int boundary) {
        return boundary == 0 || boundary == layout().count() || book.at(boundary).isPresent();
    }

    private Have have(ChunkSet chunks, List<SignedStates> states, List<SignedChunk> lone) {
        return new Have(blob, layout().blobSize(), layout().number(), chunks, states, lone);
    }

    /**
     * The chain does not close, so that some state from this boundary on is false; they are kept to be compared with what is proven one day.
     *
     * @param self whose own states are no lie, whatever its origin sent
     * @return the one host that signed all of them, if it says that it has proven them: then it lied or this host's origin did
     */
    Set<HostId> suspectFrom(int boundary, HostId self) {
        List<SignedStates> doubtful = book.from(boundary).stream().filter(signed -> !signed.signer().equals(self)).toList();
        Set<HostId> signers = new LinkedHashSet<>();
        doubtful.forEach(signed -> signers.add(signed.signer()));
        boolean isSure = signers.size() == 1 && doubtful.stream().allMatch(signed -> signed.epoch() == VouchKey.PROVEN);
        if (!isSure) {
            suspects.addAll(doubtful.subList(0, Math.min(doubtful.size(), MAX_WAITING)));
        }
        return isSure ? signers : Set.of();
    }

    /**
     * Now that all states are proven: what was signed with the first false one among it. Those who signed later ones may have believed its signer, and
     * computed on from what it said.
     */
    Optional<SignedStates> firstLie() {
        int first = Integer.MAX_VALUE;
        Optional<SignedStates> lie = Optional.empty();
        for (SignedStates signed : suspects) {
            int boundary = firstFalse(signed);
            if (boundary < first) {
                first = boundary;
                lie = Optional.of(signed);
            }
        }
        suspects.clear();
        return lie;
    }

    private int firstFalse(SignedStates signed) {
        for (int i = 0; i < signed.states().size(); i++) {
            int boundary = signed.firstBoundary() + i;
            ChainState told = signed.states().get(i);
            if (partial.state(boundary).filter(known -> !known.state().equals(told)).isPresent()) {
                return boundary;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** The first boundary that this host vouched for, or -1. */
    int firstThatRestsOn(HostId signer) {
        return book.firstOf(signer).orElse(-1);
    }

    /** The first boundary that rests on this key, or -1. */
    int firstThatRestsOn(VouchKey key) {
        return book.firstOf(key).orElse(-1);
    }

    /** The signed hash of a chunk that can be verified alone. */
    Optional<SignedChunk> lone(int chunk) {
        return book.lone(chunk);
    }

    /** Forgets the states from a boundary on. */
    void rewind(int boundary) {
        book.rewind(boundary);
    }

    private boolean isVouchedAlready(SignedStates signed) {
        for (int i = 0; i < signed.states().size(); i++) {
            int boundary = signed.firstBoundary() + i;
            ChainState state = signed.states().get(i);
            boolean known = partial.state(boundary).filter(is -> is.trust() != Trust.CLAIMED && is.state().equals(state)).isPresent();
            boolean passable = boundary == 0 || book.at(boundary).isPresent();
            if (!known || !passable) {
                return false;
            }
        }
        return true;
    }

    private ChunkLayout layout() {
        return partial.layout();
    }
}
