package dev.darter.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** One message of every kind, the same ones as in the files under {@code golden}. */
final class Examples {

    static final BlobKey BLOB = new BlobKey("https://registry-1.docker.io",
            Digest.parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    static final BlobKey OTHER = new BlobKey("http://127.0.0.1:5000",
            Digest.parse("sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"));
    static final ChunkLayout LAYOUT = ChunkLayout.forSize(1_000_000);
    static final HostId NODE = new HostId("node-1");
    static final HostId PEER = new HostId("node-2.example.org");
    static final Member MEMBER = new Member(NODE, "10.0.0.1:65002", "rack-a");
    static final VouchKey KEY = new VouchKey(NODE, 7, bytes(32, 1));
    static final SignedStates STATES = new SignedStates(NODE, 7, 1,
            List.of(ChainState.of(bytes(32, 2).toArray()), ChainState.of(bytes(32, 3).toArray())),
            bytes(64, 4));
    static final SignedChunk LONE = new SignedChunk(PEER, 0, 3, bytes(32, 5), bytes(64, 6));

    private Examples() {}

    private static Bytes bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }

    static List<PeerMessage> peer() {
        return List.of(new PeerMessage.Hello(1, MEMBER), new PeerMessage.Follow(BLOB), new PeerMessage.Unfollow(BLOB),
                new PeerMessage.Lacks(BLOB),
                new PeerMessage.Have(BLOB, LAYOUT.blobSize(), LAYOUT.number(), ChunkSet.of(0, 1, 3), List.of(STATES), List.of(LONE)),
                new PeerMessage.Lost(BLOB, ChunkSet.of(0, 3)),
                new PeerMessage.Adopt(BLOB, 1), new PeerMessage.Refuse(BLOB, 1), new PeerMessage.Release(OTHER, 0),
                new PeerMessage.Path(BLOB, 2, List.of(PEER, NODE)), new PeerMessage.Load(4_194_304, 3, 125_000_000),
                new PeerMessage.Cancel(42), new PeerMessage.Want(BLOB, ChunkSet.of(1, 3)),
                new PeerMessage.Urgent(43), new PeerMessage.Rejected(BLOB, 3));
    }

    static List<AgentMessage> agent() {
        return List.of(new AgentMessage.Hello(1, MEMBER, 4, 0, KEY),
                new AgentMessage.Inventory(
                        List.of(new AgentMessage.Holding(BLOB, 1_000_000, 2, 4), new AgentMessage.Holding(OTHER, 3, 1, 1)), true),
                new AgentMessage.Join(BLOB, -1, 0, true), new AgentMessage.Leave(BLOB),
                new AgentMessage.Holds(BLOB, 1_000_000),
                new AgentMessage.Evicted(OTHER), new AgentMessage.Moved(BLOB, 1, NODE, PEER),
                new AgentMessage.LeaseProgress(BLOB, 7, 1_000_000, 2, 150, bytes(32, 8)),
                new AgentMessage.LeaseEnd(BLOB, 7, AgentMessage.LeaseEnd.Outcome.THROTTLED, 2, 30_000),
                new AgentMessage.Accuse(BLOB, PEER, 7),
                new AgentMessage.Stuck(BLOB, new LinkedHashSet<>(List.of(PEER)), new LinkedHashSet<>(List.of(NODE))),
                new AgentMessage.Uplink(2_500_000), new AgentMessage.Alive(new LinkedHashSet<>(List.of(BLOB, OTHER))));
    }

    static List<SchedulerMessage> scheduler() {
        return List.of(new SchedulerMessage.Welcome(1, "scheduler-0", List.of(MEMBER), List.of(KEY)),
                new SchedulerMessage.Members(List.of(MEMBER), List.of(KEY), List.of(PEER)),
                new SchedulerMessage.Place(BLOB, 1_000_000, List.of(Optional.of(PEER), Optional.empty()), List.of(MEMBER), 2, List.of(KEY)),
                new SchedulerMessage.Source(BLOB, Optional.of(MEMBER)), new SchedulerMessage.Keys(BLOB, List.of(KEY), List.of()),
                new SchedulerMessage.Lease(BLOB, 7, 2),
                new SchedulerMessage.Revoke(BLOB, 7),
                new SchedulerMessage.Throttle("https://registry-1.docker.io", 30_000), new SchedulerMessage.Shun(PEER),
                new SchedulerMessage.Pardon(PEER),
                new SchedulerMessage.Unobtainable(BLOB, AgentMessage.LeaseEnd.Outcome.DENIED, 0));
    }

    /** Chunk sets, built in ways that must not show in what is written. */
    static List<ChunkSet> chunkSets() {
        ChunkSet holes = ChunkSet.ofRange(0, 100);
        holes.remove(50);
        return new ArrayList<>(List.of(new ChunkSet(), ChunkSet.of(7), ChunkSet.of(3, 2, 1), holes, ChunkSet.of(0, 2, 4, 5)));
    }
}
