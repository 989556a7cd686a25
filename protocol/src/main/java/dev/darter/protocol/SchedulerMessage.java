package dev.darter.protocol;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a scheduler tells an agent, one JSON text frame each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
        @JsonSubTypes.Type(value = SchedulerMessage.Welcome.class, name = "welcome"),
        @JsonSubTypes.Type(value = SchedulerMessage.Members.class, name = "members"),
        @JsonSubTypes.Type(value = SchedulerMessage.Place.class, name = "place"),
        @JsonSubTypes.Type(value = SchedulerMessage.Source.class, name = "source"),
        @JsonSubTypes.Type(value = SchedulerMessage.Keys.class, name = "keys"),
        @JsonSubTypes.Type(value = SchedulerMessage.Lease.class, name = "lease"),
        @JsonSubTypes.Type(value = SchedulerMessage.Revoke.class, name = "revoke"),
        @JsonSubTypes.Type(value = SchedulerMessage.Throttle.class, name = "throttle"),
        @JsonSubTypes.Type(value = SchedulerMessage.Shun.class, name = "shun"),
        @JsonSubTypes.Type(value = SchedulerMessage.Pardon.class, name = "pardon"),
        @JsonSubTypes.Type(value = SchedulerMessage.Unobtainable.class, name = "unobtainable")
})
public sealed interface SchedulerMessage {

    /** The answer to an agent's hello. */
    record Welcome(int version, String scheduler, List<Member> members, List<VouchKey> ownKeys) implements SchedulerMessage {
        public Welcome {
            members = List.copyOf(members);
            ownKeys = List.copyOf(ownKeys);
        }
    }

    /** Changes of the membership since the last such message. */
    record Members(List<Member> joined, List<VouchKey> ownKeys, List<HostId> left) implements SchedulerMessage {
        public Members {
            joined = List.copyOf(joined);
            ownKeys = List.copyOf(ownKeys);
            left = List.copyOf(left);
        }
    }

    /**
     * A host's place in the swarm of a blob; a later one replaces it.
     *
     * @param size in bytes, as members of the swarm name it: a claim, which nothing may rest on; -1 while nobody names one
     * @param parents one for each stripe (their number is the number of trees); empty where this host is the root or there is none yet
     * @param neighbours hosts of the swarm to link with: parents, children and mesh
     * @param slots children that this host should accept in all stripes of this blob
     */
    record Place(BlobKey blob, long size, List<Optional<HostId>> parents, List<Member> neighbours, int slots, List<VouchKey> keys)
            implements
                SchedulerMessage {
        public Place {
            ChunkLayout.requireSize(size);
            parents = List.copyOf(parents);
            neighbours = List.copyOf(neighbours);
            keys = List.copyOf(keys);
        }
    }

    /**
     * Takes the place of a {@link Place} for a blob of one chunk, to a host that has named its size: whom to ask for it, without following him. Who does
     * not get it there says {@link AgentMessage.Stuck}.
     *
     * @param holder who has it; empty while the receiver has to wait until there is one
     */
    record Source(BlobKey blob, Optional<Member> holder) implements SchedulerMessage {}

    /** Keys of leases of this blob that are good from now on, and the signers whose states are no longer believed. */
    record Keys(BlobKey blob, List<VouchKey> keys, List<VouchKey> withdrawn) implements SchedulerMessage {
        public Keys {
            keys = List.copyOf(keys);
            withdrawn = List.copyOf(withdrawn);
        }
    }

    /** The receiver reads the blob from the origin, in order from this boundary, until the lease is done or revoked. */
    record Lease(BlobKey blob, long epoch, int fromBoundary) implements SchedulerMessage {}

    /** The lease is somebody else's now: stop reading. */
    record Revoke(BlobKey blob, long epoch) implements SchedulerMessage {}

    /** Nobody asks this registry for anything for so long. */
    record Throttle(String registry, long millis) implements SchedulerMessage {
        public Throttle {
            millis = Math.clamp(millis, 0, AgentMessage.LONGEST_PAUSE_MILLIS);
        }
    }

    /** The host was caught lying: cut all links with it. To the host itself: nothing that it says counts until it is pardoned. */
    record Shun(HostId host) implements SchedulerMessage {}

    /** The time is over for which a host was shunned. The host itself says hello again. */
    record Pardon(HostId host) implements SchedulerMessage {}

    /**
     * Of the hosts that want this blob, none can read it from the origin now, for this reason of the last one that tried; complete holders are
     * gone too. The receivers' readers fail. A new {@code Join} tries again.
     */
    record Unobtainable(BlobKey blob, AgentMessage.LeaseEnd.Outcome reason, long retryAfterMillis) implements SchedulerMessage {}
}
