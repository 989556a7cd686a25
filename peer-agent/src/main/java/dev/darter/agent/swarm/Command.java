package dev.darter.agent.swarm;

import java.util.List;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** What the engine wants done. The shell carries commands out in order and holds no policy of its own. */
public sealed interface Command {

    /** Sends to the scheduler; dropped when there is no link. */
    record TellScheduler(AgentMessage message) implements Command {}

    /** Opens a control link. Answered by {@link Event.PeerUp} or {@link Event.PeerDown}; a link that is already open stays, and is told again. */
    record Connect(Member peer) implements Command {}

    /** Closes a control link and its data connections. No {@link Event.PeerDown} follows. */
    record Disconnect(HostId peer) implements Command {}

    /** Sends on a control link; dropped when it is gone. */
    record TellPeer(HostId to, PeerMessage message) implements Command {}

    /**
     * Tells neighbours which chunks can be had here: a {@code Have} message, to which the shell adds the signed states that it keeps for these
     * chunks (none when there are many: they are then fetched in bulk).
     */
    record Announce(List<HostId> to, BlobKey blob, ChunkSet chunks) implements Command {}

    /** Takes back, behind all announcements before this one, that these chunks can be had here: a {@code Lost} message. */
    record Retract(List<HostId> to, BlobKey blob, ChunkSet chunks) implements Command {}

    /**
     * Asks a neighbour for a chunk. Always answered by one {@link Event.Fetched}, unless {@link Abandon} follows.
     *
     * @param offset of the chunk in the blob, in bytes
     * @param length of the chunk in bytes
     */
    record Fetch(long request, HostId from, BlobKey blob, int chunk, long offset, int length, Urgency urgency) implements Command {}

    /** Forgets a request, if need be by closing its connection. No {@link Event.Fetched} follows. */
    record Abandon(long request) implements Command {}

    /** Sends the chunk of an {@link Event.Asked} now; answered by {@link Event.Served}. */
    record Serve(HostId to, long request) implements Command {}

    /** Answers an {@link Event.Asked} without the chunk. */
    record Decline(HostId to, long request, Reason reason) implements Command {

        /** Why. */
        public enum Reason {
            /** 410: the asking host took it back. */
            WITHDRAWN,
            /** 404: it is not here, or no longer. */
            MISSING
        }
    }

    /**
     * Reads the blob from the origin with a live caller's credentials, from chunk {@code from} to before chunk {@code to} (-1: to the end). A
     * later command for the same blob replaces it.
     */
    record ReadOrigin(BlobKey blob, long epoch, int from, int to) implements Command {}

    /**
     * Reads chunks {@code from} to before {@code to} from the origin by a request of their own, whatever else is being read: somebody waits for
     * them, or they were passed over. What comes is told with {@link Event.Gained}, the end with {@link Event.AloneEnded}.
     */
    record ReadAlone(BlobKey blob, long epoch, int from, int to) implements Command {}

    /** Stops all reading from the origin under this lease. No {@link Event.OriginEnded} needs to follow. */
    record StopOrigin(BlobKey blob, long epoch) implements Command {}

    /** Ends the local readers of a blob with an error (or a cut connection), so that the runtime falls back. */
    record FailReaders(BlobKey blob, Failure reason, long retryAfterMillis) implements Command {}

    /** A host was caught lying: no link with it is opened or taken any more. */
    record Shun(HostId peer) implements Command {}

    /** A host that was caught lying gets another chance. */
    record Pardon(HostId peer) implements Command {}

    /** The download is over, because nobody reads the blob any more or because it is proven: the engine forgets it and its partial file may rest. */
    record End(BlobKey blob) implements Command {}
}
