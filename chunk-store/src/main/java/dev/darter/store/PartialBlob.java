package dev.darter.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.SignedStates;

/**
 * A blob that is being downloaded: any number of threads write chunks, in any order, while any number read. Every byte is hashed before it counts,
 * once, on the thread that brings it. Thread-safe; methods that take bytes may block on the disk. Each {@link ChunkStore#begin} and
 * {@link ChunkStore#find} that hands it out needs one {@link #close}; what was written stays on disk.
 */
public final class PartialBlob implements AutoCloseable {

    /** What a partial blob needs of its store. */
    interface Home {
        /** The chain is closed. May be called again. */
        void proven(PartialBlob blob);

        /** The disk is full: deletes some blobs nobody uses. False when there are none. */
        boolean freeDisk(long bytes);

        /** One of the users is gone. */
        void release(PartialBlob blob);
    }

    private final PartialState state;
    private final ChunkWriter writer;
    private final Home home;

    PartialBlob(BlobKey key, Home home, Recovery.Opened opened) {
        this.state = new PartialState(key, home, opened);
        this.writer = new ChunkWriter(state);
        this.home = home;
    }

    /** The blob, as content of one registry. */
    public BlobKey key() {
        return state.key();
    }

    /** How it is cut; tells its size as well. */
    public ChunkLayout layout() {
        return state.layout();
    }

    /** The chunks whose bytes are there and were checked, against claims at least; a copy. */
    public ChunkSet verified() {
        return state.look(DigestChain::verified);
    }

    /** The chunks whose bytes somebody vouches for, so that they may be given away; a copy. */
    public ChunkSet servable() {
        return state.look(DigestChain::servable);
    }

    /** Whether the chunk's bytes may be given away. */
    public boolean isServable(int chunk) {
        return state.look(chain -> chain.isServable(chunk));
    }

    /** Whether the chain was closed, so that all chunks may be given away that are not found to be damaged later. */
    public boolean isProven() {
        return state.look(DigestChain::isProven);
    }

    /** How many bytes from this offset on, without a gap, may be given to who wants just some part of the blob. */
    public long servableBytes(long offset) {
        return state.look(chain -> chain.servableBytes(offset));
    }

    /** The same for who will have a whole blob in the end: he gets the last chunk only when it is proven. */
    public long completableBytes(long offset) {
        return state.look(chain -> chain.completableBytes(offset));
    }

    /** The boundary up to which all chunks link vouched states: an origin's bytes are wanted from here on. */
    public int frontier() {
        return state.look(DigestChain::frontier);
    }

    /** What is known of the state at this boundary. */
    public Optional<KnownState> state(int boundary) {
        return state.look(chain -> chain.state(boundary));
    }

    /**
     * Takes states from elsewhere. A vouched state replaces a claimed one, and chunks that fit the claim only are forgotten. States of the wrong
     * length or outside of the blob are an {@link IllegalArgumentException}.
     *
     * @param trust {@link Trust#CLAIMED}, or {@link Trust#VOUCHED} after the signature was checked
     */
    public LearnResult learn(int firstBoundary, List<ChainState> states, Trust trust) throws StoreException {
        if (trust == Trust.PROVEN) {
            throw new IllegalArgumentException("Nobody else can prove a state");
        }
        return state.learn(firstBoundary, states, trust);
    }

    /**
     * Takes states that somebody vouches for, whose signature was checked, and keeps the signature with them, also over a restart: for states
     * that are known already too, such as those that this host has computed and signed itself.
     */
    public LearnResult learn(SignedStates signed) throws StoreException {
        return state.learn(signed);
    }

    /** The signatures that came with {@link #learn(SignedStates)}, in the order of their boundaries, but for those that were rewound. */
    public List<SignedStates> signatures() {
        return state.signatures();
    }

    /** Checks a chunk, all of the remaining bytes, against the states around it and keeps it if it fits. Leaves the buffer as it was. */
    public WriteResult write(int chunk, ByteBuffer bytes) throws StoreException {
        return writer.write(chunk, bytes);
    }

    /** The SHA-256 of all of the remaining bytes, by which a chunk is known that stands alone. Leaves the buffer as it was. */
    public static Bytes loneHash(ByteBuffer bytes) {
        return LoneHash.of(bytes);
    }

    /**
     * Keeps a chunk that was read from the origin out of order, if its SHA-256 is the one that a signer vouches for. It is chained when the states
     * around it are known, see {@link #prove}. Leaves the buffer as it was.
     */
    public WriteResult writeAlone(int chunk, ByteBuffer bytes, Bytes sha256) throws StoreException {
        return writer.writeAlone(chunk, bytes, sha256);
    }

    /**
     * Chains the chunks that stand alone and to which the chain has come, so that nobody has to read them again to go on behind them.
     *
     * @return those that were chained now
     */
    public Chaining chainLone() throws StoreException {
        return new LoneChaining(state).run();
    }

    /** Forgets a chunk that stands alone: who vouched for it is believed no longer. Does nothing to one that is in the chain. */
    public void forgetLone(int chunk) throws StoreException {
        state.dropLone(chunk);
    }

    /**
     * Takes the origin's bytes in order. It begins at the last boundary not behind {@code wanted} whose state is vouched; its
     * {@link OriginAppender#offset} tells where that is.
     */
    public OriginAppender appender(int wanted) {
        return state.look(chain -> {
            int boundary = chain.vouchedAtOrBefore(wanted);
            return new OriginAppender(state, boundary, chain.state(boundary).orElseThrow().state());
        });
    }

    /** Chains the chunks that stand alone, as far as it can, and tells whether the chain is closed. Then the blob moves to its place by itself. */
    public Proof prove() throws StoreException {
        if (new LoneChaining(state).run() instanceof Chaining.Broken(int firstDoubtful)) {
            return new Proof.Broken(firstDoubtful);
        }
        if (state.prove()) {
            home.proven(this);
            return new Proof.Proven();
        }
        ChunkSet missing = state.look(DigestChain::missing);
        return layout().count() == 0 ? new Proof.Broken(0) : new Proof.Open(missing);
    }

    /** Forgets the states from this boundary on, and all chunks that end at or after it: a signer lied. Does nothing to a proven blob. */
    public void rewind(int boundary) throws StoreException {
        state.rewind(boundary);
    }

    /** Hashes a chunk on disk again, for instance because a peer rejected it, and forgets it if it is damaged. True when it is sound. */
    public boolean recheck(int chunk) throws StoreException {
        return writer.recheck(chunk);
    }

    /** For sending servable chunks without a copy; chunk <i>i</i> lies at {@code layout().offset(i)}. Good until {@link #close}. */
    public FileChannel channel() throws IOException {
        return state.files().channel();
    }

    /** Fills the buffer from this offset; the caller knows that the bytes are servable. */
    public void read(ByteBuffer into, long offset) throws IOException {
        state.files().read(into, offset);
    }

    /** Waits until the chunk may be given away; false when it may not after this time. */
    public boolean awaitServable(int chunk, Duration timeout) throws InterruptedException {
        return state.awaitServable(chunk, timeout);
    }

    /** Runs the listener after each change, on the thread that made it; it must be quick. Close what is returned to end this. */
    public Pin onChange(Runnable listener) {
        return state.onChange(listener);
    }

    /** Must be called once for each time the store handed this out. */
    @Override
    public void close() {
        home.release(this);
    }

    PartialFiles files() {
        return state.files();
    }

    /** All states of a proven blob. */
    List<ChainState> chain() {
        return state.look(DigestChain::provenStates);
    }
}
