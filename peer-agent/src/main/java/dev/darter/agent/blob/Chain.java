package dev.darter.agent.blob;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.Signed;
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
 * guarded by its {@link Content}.
 */
final class Chain {

    /** Signatures whose key has not come yet; more are not kept, they come again. */
    private static final int MAX_WAITING = 1024;

    private final BlobKey blob;
    private final PartialBlob partial;
    private final BlobContext context;
    private final ChainBook book = new ChainBook();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Suspects suspects = new Suspects();

    /** States that are not believed yet, and who told them. */
    private record Waiting(HostId from, SignedStates signed) {}

    Chain(BlobKey blob, PartialBlob partial, BlobContext context) {
        this.blob = blob;
        this.partial = partial;
        this.context = context;
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

    /** Signs the states behind chunks that were chained just now, unless somebody else has signed them. */
    void signChained(Voucher lease, ChunkSet chunks) throws StoreException {
        for (int chunk = chunks.next(0); chunk >= 0; chunk = chunks.next(chunk + 1)) {
            int boundary = chunk + 1;
            Optional<KnownState> known = partial.state(boundary);
            if (book.at(boundary).isEmpty() && known.isPresent() && known.get().trust() != Trust.CLAIMED) {
                sign(lease, boundary, List.of(known.get().state()));
            }
        }
    }

    /** Forgets the hashes of chunks that were signed like this; returns the chunks. */
    List<Integer> takeLone(Predicate<Signed> like) {
        return book.takeLone(like);
    }

    /**
     * Learns what a neighbour says: as vouched for where the signature is good, as a mere claim where the key is unknown. Who signed or passed on what
     * can't be true is named as a liar.
     */
    void learn(HostId from, Have have) throws StoreException {
        for (SignedStates signed : have.states()) {
            learn(from, signed);
        }
        for (SignedChunk signed : have.lone()) {
            if (signed.chunk() < layout().count() && book.lone(signed.chunk()).isEmpty()) {
                switch (context.keys().check(blob, layout(), signed)) {
                    case GOOD -> book.add(signed);
                    case FORGED -> lied(from);
                    case UNKNOWN_KEY -> {
                        // Without a key the hash is of no use, and it comes again with the chain.
                    }
                }
            }
        }
    }

    private void learn(HostId from, SignedStates signed) throws StoreException {
        int end = signed.firstBoundary() + signed.states().size();
        if (end > layout().count() || signed.states().isEmpty()) {
            lied(from);
        } else if (!isVouchedAlready(signed)) {
            switch (context.keys().check(blob, layout(), signed)) {
                case GOOD -> adopt(from, signed);
                case FORGED -> lied(from);
                case UNKNOWN_KEY -> claim(from, signed);
            }
        }
    }

    private void adopt(HostId from, SignedStates signed) throws StoreException {
        switch (partial.learn(signed)) {
            case LearnResult.Learnt _ -> book.add(signed);
            case LearnResult.Conflict conflict -> {
                if (conflict.known() == Trust.PROVEN) {
                    lied(signed.signer());
                } else {
                    // Two who are believed contradict each other: this one counts when the other's key is withdrawn, and is false if it never is.
                    keep(from, signed);
                    suspects.add(List.of(signed));
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
    void keysCame() throws StoreException {
        List<Waiting> again = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : again) {
            switch (context.keys().check(blob, layout(), one.signed())) {
                case GOOD -> adopt(one.from(), one.signed());
                case FORGED -> lied(one.from());
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

    /** Those of these chunks that another host can verify with what is signed here. */
    ChunkSet passable(ChunkSet chunks) {
        return book.passable(chunks, layout().count());
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

    private Have have(ChunkSet chunks, List<SignedStates> states, List<SignedChunk> lone) {
        return new Have(blob, layout().blobSize(), layout().number(), chunks, states, lone);
    }

    /**
     * The chain does not close, so that some state from this boundary on is false; they are kept to be compared with what is proven one day.
     *
     * @return the one host that signed all of them, if it says that it has proven them: then it lied or this host's origin did
     */
    Set<HostId> suspectFrom(int boundary) {
        // Its own states are no lie, whatever its origin sent.
        HostId self = context.own().signer();
        List<SignedStates> doubtful = book.from(boundary).stream().filter(signed -> !signed.signer().equals(self)).toList();
        Set<HostId> signers = new LinkedHashSet<>();
        doubtful.forEach(signed -> signers.add(signed.signer()));
        boolean isSure = signers.size() == 1 && doubtful.stream().allMatch(signed -> signed.epoch() == VouchKey.PROVEN);
        if (!isSure) {
            suspects.add(doubtful);
        }
        return isSure ? signers : Set.of();
    }

    /** Now that all states are proven: what was signed with the first false one among it. */
    Optional<SignedStates> firstLie() {
        return suspects.firstLie(partial);
    }

    /** The first boundary whose state was signed like this. */
    OptionalInt firstSigned(Predicate<Signed> like) {
        return book.first(like);
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

    private void lied(HostId liar) {
        context.lied(liar, blob);
    }

    private ChunkLayout layout() {
        return partial.layout();
    }
}
