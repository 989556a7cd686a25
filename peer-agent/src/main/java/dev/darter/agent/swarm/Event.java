package dev.darter.agent.swarm;

import java.util.List;

import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** What the shell tells the engine. Every event is handled at once and in order; the answer is a list of {@link Command}s. */
public sealed interface Event {

    /** Time has passed; sent when {@link SwarmEngine#nextTick} is reached, harmless at any other time. */
    record Tick() implements Event {}

    // --- the scheduler link ---

    /** The link to the scheduler is open; the engine says hello. */
    record SchedulerUp() implements Event {}

    /** The link to the scheduler is lost or can't be opened. */
    record SchedulerDown() implements Event {}

    /** The scheduler said something. The shell has already taken the keys out of it. */
    record FromScheduler(SchedulerMessage message) implements Event {}

    /** Hosts that are known from an earlier run (kept on disk), to begin with while no scheduler has answered. */
    record Remembered(List<Member> members) implements Event {}

    // --- links with neighbours ---

    /** A control link is open and both hellos were exchanged, whoever opened it. */
    record PeerUp(Member peer) implements Event {}

    /** A control link is lost, or the {@link Command.Connect} failed. Requests to that host end with {@link Fetched} of their own. */
    record PeerDown(HostId peer) implements Event {}

    /** A neighbour said something. The states of a {@code Have} have already been learnt (and its signatures checked). */
    record FromPeer(HostId from, PeerMessage message) implements Event {}

    /** A host passed on states with a signature that is not good, or signed what is false: it lies. */
    record Lied(HostId peer, BlobKey blob) implements Event {}

    /** A host vouched, for what it had read from an origin under this lease, and that was false: it lies, or its origin did. */
    record Misread(HostId reader, BlobKey blob, long epoch) implements Event {}

    // --- serving ---

    /**
     * A neighbour asks for a chunk that this host can serve. It waits for {@link Command.Serve} or {@link Command.Decline}.
     *
     * @param address from which it asks, without the port
     */
    record Asked(HostId from, String address, long request, BlobKey blob, int chunk, int bytes, Urgency urgency) implements Event {}

    /** A chunk was sent to its end, or its connection broke; also when the asking side hung up while it was queued. */
    record Served(HostId to, long request, boolean isWhole) implements Event {}

    // --- content ---

    /** A complete and proven blob is in the store: found at start, or finished by other means than this engine. */
    record Held(BlobKey blob, long size) implements Event {}

    /** A blob is no longer in the store. */
    record Evicted(BlobKey blob) implements Event {}

    /**
     * A download begins; comes before the first {@link ReaderOpened} of a blob that is not held.
     *
     * @param size in bytes, or -1 when it is not known yet; what neighbours name is not believed before {@link Sized} says the same
     * @param servable chunks that are already here; can be empty and told with {@link Gained} later
     */
    record Begin(BlobKey blob, long size, ChunkSet servable) implements Event {}

    /**
     * The size of a blob that is on its way has become known, or turned out to be another one: then nothing of it is here.
     *
     * @param size in bytes, or -1 when the one that was tried is false and none is known any more
     */
    record Sized(BlobKey blob, long size) implements Event {}

    /** These chunks can be served from now on: they are verified and vouched for, or proven. Also for chunks read from the origin. */
    record Gained(BlobKey blob, ChunkSet chunks) implements Event {}

    /** These chunks are no longer good: rot, or a signer whose key was withdrawn. */
    record Lost(BlobKey blob, ChunkSet chunks) implements Event {}

    /** The blob is complete and its chain equals its name. */
    record Proven(BlobKey blob, long size) implements Event {}

    /**
     * All chunks are here and the chain does not end in the blob's name.
     *
     * @param lost chunks that are not good or not known to be good
     * @param firstDoubtful boundary of the first doubtful state
     */
    record Broken(BlobKey blob, ChunkSet lost, int firstDoubtful) implements Event {}

    // --- local readers ---

    /**
     * Somebody on this host wants bytes.
     *
     * @param reader a number that the shell gives
     * @param from offset of the first byte that is wanted
     * @param to offset after the last byte that is wanted, or -1 for the blob's end
     * @param canReadOrigin whether this caller's credentials are at hand that the origin may accept
     * @param isAhead whether a part is read before somebody waits for it
     * @param wantsRest whether the blob's other parts are wanted too, when there is room; always so of who reads to the end
     */
    record ReaderOpened(BlobKey blob, long reader, long from, long to, boolean canReadOrigin, boolean isAhead, boolean wantsRest)
            implements
                Event {

        /** Of bytes that somebody waits for, with the rest behind them. */
        public ReaderOpened(BlobKey blob, long reader, long from, long to, boolean canReadOrigin) {
            this(blob, reader, from, to, canReadOrigin, false, true);
        }
    }

    /** The next byte that a reader wants; told at least once for each chunk. */
    record ReaderMoved(BlobKey blob, long reader, long offset) implements Event {}

    /** A reader has all it wanted, or is gone. */
    record ReaderClosed(BlobKey blob, long reader) implements Event {}

    // --- requests of this host ---

    /** Bytes of a requested chunk have come: told for the first ones and then a few times a second. */
    record FetchProgress(long request, int bytes) implements Event {}

    /** A request ended. */
    record Fetched(long request, FetchOutcome outcome) implements Event {}

    // --- the origin ---

    /**
     * Bytes came from the origin: told for the first ones, for each chunk, and at least a few times a second while bytes flow.
     *
     * @param boundary the chunks before it have been read and their states are known
     */
    record OriginProgress(BlobKey blob, long epoch, long size, int boundary) implements Event {}

    /** What {@link Command.ReadOrigin} asked for was read ({@code DONE}), or can't be. */
    record OriginEnded(BlobKey blob, long epoch, Outcome outcome, int boundary, long retryAfterMillis) implements Event {}

    /**
     * What {@link Command.ReadAlone} asked for was read ({@code DONE}), or can't be; {@code GIVEN_UP} when this origin can't send parts of a blob.
     */
    record AloneEnded(BlobKey blob, long epoch, int from, Outcome outcome, long retryAfterMillis) implements Event {}
}
