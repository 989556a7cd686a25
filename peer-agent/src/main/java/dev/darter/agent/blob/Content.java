package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.FetchOutcome;
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
import dev.darter.store.Chaining;
import dev.darter.store.PartialBlob;
import dev.darter.store.Proof;
import dev.darter.store.Trust;
import dev.darter.store.WriteResult;

/**
 * What is here of a blob that is not complete yet, and how far it can be believed. Each change is told to the swarm engine (what was gained,
 * lost, proven or found to be false) and then to the readers. Thread-safe.
 */
final class Content implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Content.class);

    private final BlobKey blob;
    private final PartialBlob partial;
    private final BlobContext context;
    private final Runnable changed;
    private final Chain chain;
    private final FileChannel file;
    /** Where the bytes begin that were found to be doubtful, in the order of the findings. */
    private final List<Long> rewinds = new CopyOnWriteArrayList<>();
    private ChunkSet published;
    private boolean proven;
    private boolean closed;

    /** Something that changes what is known. */
    private interface Change {
        void make() throws IOException;
    }

    /** @param changed called, without a lock, whenever readers may find more or less than before */
    Content(BlobKey blob, PartialBlob partial, BlobContext context, Runnable changed) throws IOException {
        this.blob = blob;
        this.partial = partial;
        this.context = context;
        this.changed = changed;
        this.chain = new Chain(blob, partial, context);
        this.proven = switch (partial.prove()) {
            case Proof.Proven _ -> true;
            case Proof.Open _ -> false;
            case Proof.Broken(int firstDoubtful) -> {
                // An earlier run left it like this; nobody has been told of these chunks yet.
                partial.rewind(firstDoubtful);
                yield false;
            }
        };
        this.published = partial.servable();
        this.file = partial.channel();
    }

    ChunkLayout layout() {
        return partial.layout();
    }

    FileChannel file() {
        return file;
    }

    PartialBlob partial() {
        return partial;
    }

    /** The chunks that can be served, as the engine knows them. */
    synchronized ChunkSet servable() {
        return published.copy();
    }

    /** Bytes of the chunks that can be served. */
    long servableBytes() {
        return Math.min(layout().blobSize(), (long) servable().size() * layout().chunkSize());
    }

    synchronized boolean isProven() {
        return proven;
    }

    /** How many bytes a reader can have from this offset on; the last chunk counts only when the blob is proven. */
    long readable(long offset) {
        return partial.completableBytes(offset);
    }

    /** The same for a reader of a part: he can't take it for a whole blob, so it is enough that somebody vouches for it. */
    long readablePart(long offset) {
        return partial.servableBytes(offset);
    }

    // --- bytes ---

    /** Verifies a chunk that a neighbour sent, and keeps it. Counts as gained from the next {@link #publish} on. */
    FetchOutcome store(int chunk, ByteBuffer bytes) throws IOException {
        WriteResult result = partial.write(chunk, bytes.duplicate());
        Optional<SignedChunk> lone = result instanceof WriteResult.Unverifiable ? loneHash(chunk) : Optional.empty();
        if (lone.isPresent()) {
            result = partial.writeAlone(chunk, bytes.duplicate(), lone.get().sha256());
        }
        return switch (result) {
            case WriteResult.Accepted _,WriteResult.AlreadyThere _ -> FetchOutcome.STORED;
            case WriteResult.Corrupt(Trust against) -> switch (against) {
                case CLAIMED -> FetchOutcome.DOUBTFUL;
                // Behind the last chunk there is no state to blame the bytes with: those before it may be as false as the chunk.
                case VOUCHED -> chunk == layout().count() - 1 ? FetchOutcome.UNCLOSED : FetchOutcome.CORRUPT;
                case PROVEN -> FetchOutcome.CORRUPT;
            };
            case WriteResult.Unverifiable _ -> FetchOutcome.DOUBTFUL;
            case WriteResult.Full _ -> throw new IOException("The disk is full");
        };
    }

    private synchronized Optional<SignedChunk> loneHash(int chunk) {
        return chain.lone(chunk);
    }

    /** Takes note of states that were computed from the origin's bytes under a lease. */
    void computed(Voucher lease, int firstBoundary, List<ChainState> states) throws IOException {
        change(() -> chain.sign(lease, firstBoundary, states));
    }

    /** Keeps a chunk that was read from the origin out of order under a lease; false when the disk is full. */
    boolean storeAlone(Voucher lease, int chunk, ByteBuffer bytes) throws IOException {
        Bytes sha256 = PartialBlob.loneHash(bytes);
        // Signed before it can be served: whoever is told of it needs the signature.
        synchronized (this) {
            chain.sign(lease, chunk, sha256);
        }
        WriteResult result = partial.writeAlone(chunk, bytes, sha256);
        publish();
        return !(result instanceof WriteResult.Full);
    }

    /**
     * Chains what stood alone as far as the chain has come, and signs the states that come out. False when a chunk contradicts the chain: then what
     * rests on it is dropped.
     */
    boolean chainLone(Voucher lease) throws IOException {
        return switch (partial.chainLone()) {
            case Chaining.Chained(ChunkSet chunks) -> {
                synchronized (this) {
                    chain.signChained(lease, chunks);
                }
                yield true;
            }
            case Chaining.Broken(int firstDoubtful) -> {
                broken(firstDoubtful);
                yield false;
            }
        };
    }

    /** Hashes a chunk on disk again and forgets it if it is damaged. */
    void recheck(int chunk) throws IOException {
        if (chunk >= 0 && chunk < layout().count() && !partial.recheck(chunk)) {
            publish();
        }
    }

    // --- what others say, and who is believed ---

    /** Learns the states that came with a neighbour's announcement; true when some that are needed are still unknown. */
    boolean learn(HostId from, Have have) throws IOException {
        if (have.size() != layout().blobSize() || have.layout() != layout().number()) {
            return false;
        }
        change(() -> chain.learn(from, have));
        return lacksStatesFor(have.chunks());
    }

    /** Whether one of these chunks, if it came now, could not be verified, for want of the states around it. */
    synchronized boolean lacksStatesFor(ChunkSet chunks) {
        return !proven && chain.lacksStatesFor(chunks);
    }

    /** New keys are believed: what waited for them counts now. */
    void keysCame() throws IOException {
        change(chain::keysCame);
    }

    /** Who signed like this is believed no longer: what rests on it is dropped. */
    void disbelieve(Predicate<Signed> like) throws IOException {
        change(() -> {
            if (!proven) {
                for (int chunk : chain.takeLone(like)) {
                    // Given away on a word that does not count any more, for want of a chain up to it.
                    rewinds.add(layout().offset(chunk));
                    partial.forgetLone(chunk);
                }
                OptionalInt first = chain.firstSigned(like);
                if (first.isPresent()) {
                    drop(first.getAsInt());
                    chain.keysCame();
                }
            }
        });
    }

    /**
     * The chain does not lead to the blob's name: what rests on the first doubtful state is dropped. Who lied is known now if a single host says
     * that it has proven those states; otherwise when the blob is proven, because then it is known which of them are false.
     */
    void broken(int firstDoubtful) throws IOException {
        change(() -> doubt(firstDoubtful));
    }

    private void doubt(int firstDoubtful) throws IOException {
        ChunkSet lost = published;
        Set<HostId> provers = chain.suspectFrom(firstDoubtful);
        drop(firstDoubtful);
        published = partial.servable();
        lost.removeAll(published);
        lost.forEach(_ -> context.meters().rejectedChunk());
        LOG.warn("The chain of {} does not close; its states from {} on are doubtful", blob.digest(), firstDoubtful);
        context.events().accept(new Event.Broken(blob, lost, firstDoubtful));
        provers.forEach(prover -> context.lied(prover, blob));
    }

    private void drop(int firstBoundary) throws IOException {
        // The chunk before a doubtful state was verified with it. Readers have to know before other bytes can take its place.
        rewinds.add(layout().offset(Math.max(0, firstBoundary - 1)));
        partial.rewind(firstBoundary);
        chain.rewind(firstBoundary);
    }

    /** How often bytes that had been served were found to be doubtful. */
    int rewinds() {
        return rewinds.size();
    }

    /** From where on bytes may have been false that were served before the last findings; {@link Long#MAX_VALUE} if there were none since. */
    long doubtfulSince(int seenRewinds) {
        return rewinds.stream().skip(seenRewinds).mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    // --- what is told ---

    /** The announcement of chunks with their signatures. */
    synchronized Have announce(ChunkSet chunks) {
        return proven ? Vouched.have(context.own(), blob, partial, chunks) : chain.announce(chunks);
    }

    /** All that can be served here with all signatures. */
    synchronized Have everything() {
        return proven ? announce(ChunkSet.ofRange(0, layout().count())) : chain.everything(published.copy());
    }

    /** Tells the engine and the readers what can be served now, and closes the chain when everything is here. */
    void publish() throws IOException {
        change(() -> {});
    }

    private void change(Change change) throws IOException {
        synchronized (this) {
            change.make();
            tellEngine();
        }
        changed.run();
    }

    private void tellEngine() throws IOException {
        if (proven || closed) {
            return;
        }
        ChunkSet now = partial.servable();
        ChunkSet lost = published.copy();
        lost.removeAll(now);
        published.removeAll(lost);
        now.removeAll(published);
        // What is being read from the origin at this moment is on disk before it is signed: told now, it would be announced without its states.
        ChunkSet gained = chain.passable(now);
        published.addAll(gained);
        tell(gained, chunks -> new Event.Gained(blob, chunks));
        tell(lost, chunks -> new Event.Lost(blob, chunks));
        if (partial.verified().size() == layout().count()) {
            prove();
        }
    }

    private void tell(ChunkSet chunks, Function<ChunkSet, Event> event) {
        if (!chunks.isEmpty()) {
            context.events().accept(event.apply(chunks));
        }
    }

    private void prove() throws IOException {
        switch (partial.prove()) {
            case Proof.Proven _ -> {
                proven = true;
                ChunkSet rest = ChunkSet.ofRange(0, layout().count());
                rest.removeAll(published);
                published = ChunkSet.ofRange(0, layout().count());
                tell(rest, chunks -> new Event.Gained(blob, chunks));
                context.events().accept(new Event.Proven(blob, layout().blobSize()));
                chain.firstLie().ifPresent(this::signedWhatIsFalse);
            }
            case Proof.Broken(int firstDoubtful) -> doubt(firstDoubtful);
            case Proof.Open _ -> {
                // All chunks are here and some states between them are not: they come with the next announcement.
            }
        }
    }

    /** Whoever says that he has proven what is false lies. Who has read it from an origin may have been deceived himself. */
    private void signedWhatIsFalse(SignedStates states) {
        if (states.epoch() == VouchKey.PROVEN) {
            context.lied(states.signer(), blob);
        } else {
            LOG.warn("{} read {} from its origin, and vouched for what is false", states.signer(), blob.digest());
            context.events().accept(new Event.Misread(states.signer(), blob, states.epoch()));
        }
    }

    /** Nothing is told from now on. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        partial.close();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
