package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** A host's engine on virtual time, all that it has wanted done, and one blob of 40 chunks. */
final class EngineFixture {

    static final int CHUNK = 256 * 1024;
    static final int CHUNKS = 40;
    static final long SIZE = (long) CHUNK * CHUNKS;
    static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    static final Member SELF = member("self");
    static final Member P = member("p");
    static final Member Q = member("q");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, EngineFixture::leaseKey), new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    static Bytes leaseKey(BlobKey blob, long epoch) {
        return Bytes.of(new byte[]{(byte) epoch});
    }

    /** A host in this one's zone. */
    static Member member(String name) {
        return member(name, "z");
    }

    static Member member(String name, String zone) {
        return new Member(new HostId(name), name + ":1", zone);
    }

    // --- what happens ---

    void on(Event event) {
        done.addAll(engine.on(event, now));
    }

    /** Time passes, with as many ticks as the engine wants; these neighbours say now and then that they live. */
    void after(long millis, Member... alive) {
        long end = now + millis * 1_000_000;
        while (engine.nextTick() < end) {
            now = Math.max(now, engine.nextTick());
            for (Member neighbour : alive) {
                hear(neighbour, new PeerMessage.Load(0, 1, 0));
            }
            on(new Event.Tick());
        }
        now = end;
    }

    void hear(Member from, PeerMessage message) {
        on(new Event.FromPeer(from.host(), message));
    }

    void have(Member from, ChunkSet chunks) {
        hear(from, new PeerMessage.Have(BLOB, SIZE, 1, chunks, List.of(), List.of()));
    }

    void have(Member from, int... chunks) {
        have(from, ChunkSet.of(chunks));
    }

    /** A download begins that nobody reads yet. */
    void begin() {
        on(new Event.SchedulerUp());
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
    }

    /** A runtime asks for the whole blob, whose size is not known yet. */
    void pull() {
        on(new Event.SchedulerUp());
        on(new Event.Begin(BLOB, -1, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
    }

    /** Somebody reads some bytes of these chunks. */
    void reader(int firstChunk, int lastChunk) {
        on(new Event.ReaderOpened(BLOB, 1, (long) firstChunk * CHUNK + 100, (long) lastChunk * CHUNK + 200, true));
    }

    /** The scheduler tells this host's place: two stripes, both from the same parent. */
    void place(Optional<Member> parent, Member... neighbours) {
        Optional<HostId> host = parent.map(Member::host);
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(host, host), List.of(neighbours), 2, List.of())));
    }

    /** The same, and its neighbours are there and follow. */
    void placedAmong(Optional<Member> parent, Member... neighbours) {
        place(parent, neighbours);
        for (Member neighbour : neighbours) {
            on(new Event.PeerUp(neighbour));
            hear(neighbour, new PeerMessage.Follow(BLOB));
        }
    }

    /** A runtime asks for the whole blob; two stripes, both from the same parent, and one more neighbour. Nothing is done yet. */
    void placedUnder(Member parent, Member other) {
        pull();
        place(Optional.of(parent), parent, other);
        on(new Event.Sized(BLOB, SIZE));
        on(new Event.PeerUp(parent));
        on(new Event.PeerUp(other));
        hear(parent, new PeerMessage.Path(BLOB, 0, List.of()));
        hear(parent, new PeerMessage.Path(BLOB, 1, List.of()));
        hear(other, new PeerMessage.Path(BLOB, 0, List.of()));
        hear(other, new PeerMessage.Path(BLOB, 1, List.of()));
        forget();
    }

    /** The scheduler grants the lease on the origin; the chain is known to have come so far. */
    void lease(long epoch, int fromBoundary) {
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, epoch, fromBoundary)));
    }

    // --- what was done ---

    List<Command> done() {
        return List.copyOf(done);
    }

    <T extends Command> List<T> done(Class<T> kind) {
        return done.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends PeerMessage> List<T> told(Member peer, Class<T> kind) {
        return done(Command.TellPeer.class).stream()
                .filter(it -> it.to().equals(peer.host()))
                .map(Command.TellPeer::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    <T extends AgentMessage> List<T> toldScheduler(Class<T> kind) {
        return done(Command.TellScheduler.class).stream()
                .map(Command.TellScheduler::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** What was done so far does not count. */
    void forget() {
        done.clear();
    }
}
