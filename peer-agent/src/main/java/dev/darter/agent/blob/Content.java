package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

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
    private final ReentrantLock lock = new ReentrantLock();
    /** Where the bytes begin that were found to be doubtful, in the order of the findings. */
    private final List<Long> rewinds = new CopyOnWriteArrayList<>();
    private ChunkSet published;
    private boolean proven;
    private boolean closed;
    private final FileChannel file;

    /** @param changed called, without a lock, whenever readers may find more or less than before */
    Content(BlobKey blob, PartialBlob partial, BlobContext context, Runnable changed) throws IOException {
        this.blob = blob;
        this.partial = partial;
        this.context = context;
        this.changed = changed;
        this.chain = new Chain(blob, partial, context.keys());
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

    /** The chunks that can be served, as the engine knows them. */
    ChunkSet servable() {
        lock.lock();
        try {
            return published.copy();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of the chunks that can be served. */
    long servableBytes() {
        return Math.min(layout().blobSize(), (long) servable().size() * layout().chunkSize());
    }

    boolean isProven() {
        lock.lock();
        try {
            return proven;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes a reader can have from this offset on; the last chunk counts only when the blob is proven. */
    long readable(long offset) {
        return partial.completableBytes(offset);
    }

    /** The same for a reader of a part: he can't take it for a whole blob, so it is enough that somebody vouches for it. */
    long readablePart(long offset) {
        return partial.servableBytes(offset);
    }

    /** Whether a chunk that came now could not be verified, for want of the states around it. */
    boolean lacksStatesFor(int chunk) {
        lock.lock();
        try {
            return !proven && chain.lacksStatesFor(ChunkSet.of(chunk));
        } finally {
            lock.unlock();
        }
    }

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
                case VOUCHED -> isLast(chunk) ? FetchOutcome.UNCLOSED : FetchOutcome.CORRUPT;
                case PROVEN -> FetchOutcome.CORRUPT;
            };
            case WriteResult.Unverifiable _ -> FetchOutcome.DOUBTFUL;
            case WriteResult.Full _ -> throw new IOException("The disk is full");
        };
    }

    /** Takes note of states that were computed from the origin's bytes under a lease. */
    void computed(Voucher lease, int firstBoundary, List<ChainState> states) throws IOException {
        lock.lock();
        try {
            chain.sign(lease, firstBoundary, states);
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** Keeps a chunk that was read from the origin out of order under a lease; false when the disk is full. */
    boolean storeAlone(Voucher lease, int chunk, ByteBuffer bytes) throws IOException {
        Bytes sha256 = sha256(bytes);
        // Signed before it can be served: whoever is told of it needs the signature.
        lock.lock();
        try {
            chain.sign(lease, chunk, sha256);
        } finally {
            lock.unlock();
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
                lock.lock();
                try {
                    for (int chunk = chunks.next(0); chunk >= 0; chunk = chunks.next(chunk + 1)) {
                        chain.signChained(lease, chunk);
                    }
                } finally {
                    lock.unlock();
                }
                yield true;
            }
            case Chaining.Broken(int firstDoubtful) -> {
                broken(firstDoubtful);
                yield false;
            }
        };
    }

    private static Bytes sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.duplicate());
            return Bytes.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    /** Learns the states that came with a neighbour's announcement; true when some that are needed are still unknown. */
    boolean learn(HostId from, Have have) throws IOException {
        boolean lacking;
        lock.lock();
        try {
            if (have.size() != layout().blobSize() || have.layout() != layout().number()) {
                return false;
            }
            chain.learn(from, have, this::lied);
            lacking = !proven && chain.lacksStatesFor(have.chunks());
        } finally {
            lock.unlock();
        }
        publish();
        return lacking;
    }

    /** Hashes a chunk on disk again and forgets it if it is damaged. */
    void recheck(int chunk) throws IOException {
        if (chunk >= 0 && chunk < layout().count() && !partial.recheck(chunk)) {
            publish();
        }
    }

    /** New keys are believed: what waited for them counts now. */
    void keysCame() throws IOException {
        lock.lock();
        try {
            chain.keysCame(this::lied);
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** A key is no longer believed: what rests on its states is dropped. */
    void withdrawn(VouchKey key) throws IOException {
        forgetLone(() -> chain.takeLone(key));
        dropFromFirst(() -> chain.firstThatRestsOn(key));
    }

    /** A host was caught lying: what rests on its states is dropped, whatever key it signed them with. */
    void shunned(HostId signer) throws IOException {
        forgetLone(() -> chain.takeLone(signer));
        dropFromFirst(() -> chain.firstThatRestsOn(signer));
    }

    /** Bytes that were given away on the word of a signer who is believed no longer, for want of a chain up to them. */
    private void forgetLone(Supplier<List<Integer>> signed) throws IOException {
        List<Integer> chunks;
        lock.lock();
        try {
            chunks = proven ? List.of() : signed.get();
            chunks.forEach(chunk -> rewinds.add(layout().offset(chunk)));
        } finally {
            lock.unlock();
        }
        for (int chunk : chunks) {
            partial.forgetLone(chunk);
        }
        if (!chunks.isEmpty()) {
            publish();
        }
    }

    private void dropFromFirst(IntSupplier firstDoubtful) throws IOException {
        lock.lock();
        try {
            int first = firstDoubtful.getAsInt();
            if (proven || first < 0) {
                return;
            }
            drop(first);
            chain.keysCame(this::lied);
        } finally {
            lock.unlock();
        }
        publish();
    }

    /**
     * The chain does not lead to the blob's name: what rests on the first doubtful state is dropped. Who lied is known now if a single host says
     * that it has proven those states; otherwise when the blob is proven, because then it is known which of them are false.
     */
    void broken(int firstDoubtful) throws IOException {
        lock.lock();
        try {
            ChunkSet before = published;
            Set<HostId> provers = chain.suspectFrom(firstDoubtful, context.own().signer());
            drop(firstDoubtful);
            published = partial.servable();
            ChunkSet lost = before.copy();
            lost.removeAll(published);
            lost.forEach(_ -> context.meters().rejectedChunk());
            LOG.warn("The chain of {} does not close; its states from {} on are doubtful", blob.digest(), firstDoubtful);
            context.events().accept(new Event.Broken(blob, lost, firstDoubtful));
            provers.forEach(this::lied);
        } finally {
            lock.unlock();
        }
        publish();
    }

    /** The announcement of chunks with their signatures. */
    Have announce(ChunkSet chunks) {
        lock.lock();
        try {
            return proven ? Vouched.have(context.own(), blob, layout(), this::stateAt, chunks) : chain.announce(chunks);
        } finally {
            lock.unlock();
        }
    }

    /** All that can be served here with all signatures. */
    Have everything() {
        lock.lock();
        try {
            return proven
                    ? Vouched.have(context.own(), blob, layout(), this::stateAt, ChunkSet.ofRange(0, layout().count()))
                    : chain.everything(published.copy());
        } finally {
            lock.unlock();
        }
    }

    PartialBlob partial() {
        return partial;
    }

    /** Nothing is told from now on. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        partial.close();
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Tells the engine and the readers what can be served now, and closes the chain when everything is here. */
    void publish() throws IOException {
        lock.lock();
        try {
            if (proven || closed) {
                return;
            }
            ChunkSet now = partial.servable();
            ChunkSet gained = now.copy();
            gained.removeAll(published);
            ChunkSet lost = published;
            lost.removeAll(now);
            published = now;
            tell(gained, chunks -> new Event.Gained(blob, chunks));
            tell(lost, chunks -> new Event.Lost(blob, chunks));
            prove();
        } finally {
            lock.unlock();
        }
        changed.run();
    }

    private void tell(ChunkSet chunks, Function<ChunkSet, Event> event) {
        if (!chunks.isEmpty()) {
            context.events().accept(event.apply(chunks));
        }
    }

    private void prove() throws IOException {
        if (partial.verified().size() < layout().count()) {
            return;
        }
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
            case Proof.Broken broken -> broken(broken.firstDoubtfulBoundary());
            case Proof.Open _ -> {
                // All chunks are here and some states between them are not: they come with the next announcement.
            }
        }
    }

    /** Whoever says that he has proven what is false lies. Who has read it from an origin may have been deceived himself. */
    private void signedWhatIsFalse(SignedStates states) {
        if (states.epoch() == VouchKey.PROVEN) {
            lied(states.signer());
        } else {
            LOG.warn("{} read {} from its origin, and vouched for what is false", states.signer(), blob.digest());
            context.events().accept(new Event.Misread(states.signer(), blob, states.epoch()));
        }
    }

    private void lied(HostId liar) {
        context.lied(liar, blob);
    }

    /** How often bytes that had been served were found to be doubtful. */
    int rewinds() {
        return rewinds.size();
    }

    /** From where on bytes may have been false that were served before the last findings; {@link Long#MAX_VALUE} if there were none since. */
    long doubtfulSince(int seenRewinds) {
        return rewinds.stream().skip(seenRewinds).mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    private void drop(int firstBoundary) throws IOException {
        // The chunk before a doubtful state was verified with it. Readers have to know before other bytes can take its place.
        rewinds.add(layout().offset(Math.max(0, firstBoundary - 1)));
        partial.rewind(firstBoundary);
        chain.rewind(firstBoundary);
    }

    private boolean isLast(int chunk) {
        return chunk == layout().count() - 1;
    }

    private Optional<SignedChunk> loneHash(int chunk) {
        lock.lock();
        try {
            return chain.lone(chunk);
        } finally {
            lock.unlock();
        }
    }

    private ChainState stateAt(int boundary) {
        return partial.state(boundary).orElseThrow().state();
    }
}
