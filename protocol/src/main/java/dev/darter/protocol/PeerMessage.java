package dev.darter.protocol;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What two agents tell each other over their control link, one JSON text frame each. Links are symmetric: both sides send all kinds. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
        @JsonSubTypes.Type(value = PeerMessage.Hello.class, name = "hello"),
        @JsonSubTypes.Type(value = PeerMessage.Follow.class, name = "follow"),
        @JsonSubTypes.Type(value = PeerMessage.Unfollow.class, name = "unfollow"),
        @JsonSubTypes.Type(value = PeerMessage.Lacks.class, name = "lacks"),
        @JsonSubTypes.Type(value = PeerMessage.Have.class, name = "have"),
        @JsonSubTypes.Type(value = PeerMessage.Lost.class, name = "lost"),
        @JsonSubTypes.Type(value = PeerMessage.Adopt.class, name = "adopt"),
        @JsonSubTypes.Type(value = PeerMessage.Refuse.class, name = "refuse"),
        @JsonSubTypes.Type(value = PeerMessage.Release.class, name = "release"),
        @JsonSubTypes.Type(value = PeerMessage.Path.class, name = "path"),
        @JsonSubTypes.Type(value = PeerMessage.Load.class, name = "load"),
        @JsonSubTypes.Type(value = PeerMessage.Cancel.class, name = "cancel"),
        @JsonSubTypes.Type(value = PeerMessage.Urgent.class, name = "urgent"),
        @JsonSubTypes.Type(value = PeerMessage.Want.class, name = "want"),
        @JsonSubTypes.Type(value = PeerMessage.Rejected.class, name = "rejected")
})
public sealed interface PeerMessage {

    /** The first message of each side. The lower of the two versions is spoken from then on. */
    record Hello(int version, Member self) implements PeerMessage {}

    /**
     * "Tell me what you gain of this blob": the other side answers with a {@link Path} or a {@link Have} of all it has, and again for each gain; or with
     * {@link Lacks}.
     */
    record Follow(BlobKey blob) implements PeerMessage {}

    /** Ends a {@link Follow}. */
    record Unfollow(BlobKey blob) implements PeerMessage {}

    /** The answer to {@link Follow} of a host that has nothing of the blob and knows no way to a host that reads it. */
    record Lacks(BlobKey blob) implements PeerMessage {}

    /**
     * Chunks that the sender can serve from now on, with the chain states that go with them. A large first set comes without states: they are
     * fetched in bulk from {@code GET /p2p/v1/blobs/<digest>/chain}.
     */
    record Have(BlobKey blob, long size, int layout, ChunkSet chunks, List<SignedStates> states, List<SignedChunk> lone)
            implements
                PeerMessage {
        public Have {
            int count = ChunkLayout.of(layout, size).count();
            if (chunks.end() > count) {
                throw new IllegalArgumentException(
                        "Chunk " + (chunks.end() - 1) + " lies behind the end of a blob of " + count + " chunks");
            }
            states = List.copyOf(states);
            lone = List.copyOf(lone);
        }
    }

    /**
     * Takes back what a {@link Have} has said: these chunks are gone, or turned out to be false. A host that does not hear of it takes the sender
     * for one that has them, and would never tell it of them again.
     */
    record Lost(BlobKey blob, ChunkSet chunks) implements PeerMessage {}

    /** "I am your child in this stripe": takes one of the receiver's upload slots. */
    record Adopt(BlobKey blob, int stripe) implements PeerMessage {
        public Adopt {
            requireStripe(stripe);
        }
    }

    /** The answer to {@link Adopt} when all upload slots are taken. */
    record Refuse(BlobKey blob, int stripe) implements PeerMessage {
        public Refuse {
            requireStripe(stripe);
        }
    }

    /** "I am no longer your child in this stripe." */
    record Release(BlobKey blob, int stripe) implements PeerMessage {
        public Release {
            requireStripe(stripe);
        }
    }

    /** The sender's way to the root of a stripe's tree, nearest first, without the sender; so that nobody moves below himself. */
    record Path(BlobKey blob, int stripe, List<HostId> ancestors) implements PeerMessage {
        public Path {
            requireStripe(stripe);
            ancestors = List.copyOf(ancestors);
        }
    }

    /** The sender's upload queue over all blobs, in bytes, and the slots for children that are still free. */
    record Load(long queuedBytes, int freeSlots, long uploadBytesPerSecond) implements PeerMessage {}

    /** Withdraws a request that may still be queued: it is then answered with 410; one that is being sent is finished. */
    record Cancel(long request) implements PeerMessage {}

    /** Puts a queued request in front. */
    record Urgent(long request) implements PeerMessage {}

    /**
     * "Somebody waits for these chunks, and nobody here has them." Sent towards the host that reads the origin, from child to parent in the chunk's
     * stripe, each host adding what its own readers and its children wait for: the reader of the origin then reads them ahead of the others.
     */
    record Want(BlobKey blob, ChunkSet chunks) implements PeerMessage {}

    /** "What you sent for this chunk did not verify": the receiver checks its own copy. */
    record Rejected(BlobKey blob, int chunk) implements PeerMessage {}

    /** Stripe trees of one blob at the most, so that a number from the wire can't make anybody allocate. */
    int MAX_STRIPES = 64;

    /** A stripe's number, from whomever it comes. */
    static void requireStripe(int stripe) {
        if (stripe < 0 || stripe >= MAX_STRIPES) {
            throw new IllegalArgumentException("There is no stripe " + stripe);
        }
    }
}
