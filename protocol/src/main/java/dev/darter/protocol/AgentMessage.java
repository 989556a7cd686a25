package dev.darter.protocol;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What an agent tells its scheduler, one JSON text frame each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
        @JsonSubTypes.Type(value = AgentMessage.Hello.class, name = "hello"),
        @JsonSubTypes.Type(value = AgentMessage.Inventory.class, name = "inventory"),
        @JsonSubTypes.Type(value = AgentMessage.Join.class, name = "join"),
        @JsonSubTypes.Type(value = AgentMessage.Leave.class, name = "leave"),
        @JsonSubTypes.Type(value = AgentMessage.Holds.class, name = "holds"),
        @JsonSubTypes.Type(value = AgentMessage.Evicted.class, name = "evicted"),
        @JsonSubTypes.Type(value = AgentMessage.Moved.class, name = "moved"),
        @JsonSubTypes.Type(value = AgentMessage.LeaseProgress.class, name = "lease-progress"),
        @JsonSubTypes.Type(value = AgentMessage.LeaseEnd.class, name = "lease-end"),
        @JsonSubTypes.Type(value = AgentMessage.Accuse.class, name = "accuse"),
        @JsonSubTypes.Type(value = AgentMessage.Stuck.class, name = "stuck"),
        @JsonSubTypes.Type(value = AgentMessage.Uplink.class, name = "uplink"),
        @JsonSubTypes.Type(value = AgentMessage.Alive.class, name = "alive")
})
public sealed interface AgentMessage {

    /** For no longer is an origin left alone that asks to wait: an hour. */
    long LONGEST_PAUSE_MILLIS = 3_600_000;

    /**
     * The first message on a link.
     *
     * @param slots children that this host's uplink carries over all blobs and stripes
     * @param uploadBytesPerSecond what the operator allows or what was measured; 0 when unknown
     * @param ownKey with which this host vouches for blobs that it has proven (epoch 0)
     */
    record Hello(int version, Member self, int slots, long uploadBytesPerSecond, VouchKey ownKey) implements AgentMessage {
        public Hello {
            requireCount(slots);
            requireCount(uploadBytesPerSecond);
        }
    }

    /** What the host holds or is downloading; {@code last} ends the list. Sent after {@link Hello}, in pieces. */
    record Inventory(List<Holding> holdings, boolean last) implements AgentMessage {
        public Inventory {
            holdings = List.copyOf(holdings);
        }
    }

    /** A blob as a host has it: {@code chunks} of {@code count}; both equal when it is complete and proven. */
    record Holding(BlobKey blob, long size, int chunks, int count) {
        public Holding {
            ChunkLayout.requireSize(size);
            requireCount(chunks);
            requireCount(count);
        }
    }

    /**
     * Asks for a place in the swarm of a blob.
     *
     * @param size in bytes, or -1 when this host does not know it yet
     * @param chunks how many chunks it has already, all from the start of the blob
     * @param canReadOrigin whether a live caller's credentials are at hand that the origin may accept
     */
    record Join(BlobKey blob, long size, int chunks, boolean canReadOrigin) implements AgentMessage {
        public Join {
            ChunkLayout.requireSize(size);
            requireCount(chunks);
        }
    }

    /** No longer interested: nobody on the host reads the blob and it isn't complete. */
    record Leave(BlobKey blob) implements AgentMessage {}

    /** The blob is complete and proven here; the host can seed it. */
    record Holds(BlobKey blob, long size) implements AgentMessage {
        public Holds {
            ChunkLayout.requireSize(size);
        }
    }

    /** The blob is no longer here. */
    record Evicted(BlobKey blob) implements AgentMessage {}

    /** The host left a late or lost parent for another on its own. */
    record Moved(BlobKey blob, int stripe, HostId from, HostId to) implements AgentMessage {
        public Moved {
            PeerMessage.requireStripe(stripe);
        }
    }

    /**
     * What the holder of a lease has read.
     *
     * @param boundary the chain is known up to here
     * @param originSilentMillis how long the origin has sent nothing
     * @param key public half of the key with which this host signs under this lease, raw Ed25519; said at once when a lease is granted
     */
    record LeaseProgress(BlobKey blob, long epoch, long size, int boundary, long originSilentMillis, Bytes key) implements AgentMessage {
        public LeaseProgress {
            ChunkLayout.requireSize(size);
            requireCount(boundary);
            requireCount(originSilentMillis);
        }
    }

    /** The holder gives the lease back. A pause is {@link #LONGEST_PAUSE_MILLIS} at most, whatever the origin asked for. */
    record LeaseEnd(BlobKey blob, long epoch, Outcome outcome, int boundary, long retryAfterMillis) implements AgentMessage {
        public LeaseEnd {
            requireCount(boundary);
            requireCount(retryAfterMillis);
            retryAfterMillis = Math.min(retryAfterMillis, LONGEST_PAUSE_MILLIS);
        }

        /** Why a lease ended. */
        public enum Outcome {
            /** All was read and the chain closed. */
            DONE,
            /** The origin refused these credentials (401, 403) or did not find the blob for them (404). */
            DENIED,
            /** The origin asked to wait (429, 503 with Retry-After): binds the whole cluster. */
            THROTTLED,
            /** The origin failed or can't be reached. */
            UNAVAILABLE,
            /** All was read and the chain did not close: the bytes of this or an earlier lease are false. */
            FALSE_CHAIN,
            /** The host has no live caller any more or stops. */
            GIVEN_UP
        }
    }

    /**
     * A host served bytes or states that were shown to be false.
     *
     * @param epoch under which lease it had read them from an origin, which may have deceived it; {@link VouchKey#PROVEN} where it has no excuse
     */
    record Accuse(BlobKey blob, HostId accused, long epoch) implements AgentMessage {}

    /**
     * What this host lacks comes from nobody whom it knows, for longer than a repair of its own should take.
     *
     * @param silent hosts that were asked and did not deliver
     * @param doubted hosts whose last chunk does not end the chain: it is damaged, or the chain is false
     */
    record Stuck(BlobKey blob, Set<HostId> silent, Set<HostId> doubted) implements AgentMessage {
        public Stuck {
            silent = Collections.unmodifiableSet(new LinkedHashSet<>(List.copyOf(silent)));
            doubted = Collections.unmodifiableSet(new LinkedHashSet<>(List.copyOf(doubted)));
        }
    }

    /** What this host's uplink carries, as it measured it; a later one replaces it, and none that is not more than 0 counts. */
    record Uplink(long bytesPerSecond) implements AgentMessage {}

    /** Nothing to say, but alive; sent by the holder of a lease when nothing else was for 300 ms, by others every few seconds. */
    record Alive(Set<BlobKey> leases) implements AgentMessage {
        public Alive {
            // Keeps the order, unlike Set.copyOf: simulations repeat exactly.
            leases = Collections.unmodifiableSet(new LinkedHashSet<>(List.copyOf(leases)));
        }
    }

    private static void requireCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException(count + " is no count");
        }
    }
}
