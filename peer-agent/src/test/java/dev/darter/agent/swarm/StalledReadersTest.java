package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** A reader of the whole blob that waits for one chunk while others come. */
class StalledReadersTest {

    private static final long MILLI = 1_000_000;
    private static final int CHUNKS = 40;
    private static final long SIZE = (long) CHUNKS * 256 * 1024;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member PARENT = member("parent");
    private static final Member OTHER = member("other");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(member("self"), new VouchKey(member("self").host(), 0, Bytes.of(new byte[32])), 8, 0,
                    (_, _) -> Bytes.of(new byte[32])),
            new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    private static Member member(String name) {
        return new Member(new HostId(name), name + ":1", "z");
    }

    private void on(Event event) {
        done.addAll(engine.on(event, now));
    }

    private void have(Member from, int... chunks) {
        on(new Event.FromPeer(from.host(), new PeerMessage.Have(BLOB, SIZE, 1, ChunkSet.of(chunks), List.of(), List.of())));
    }

    /** Time passes, and both neighbours say now and then that they live. */
    private void after(long millis) {
        long end = now + millis * MILLI;
        while (engine.nextTick() < end) {
            now = Math.max(now, engine.nextTick());
            on(new Event.FromPeer(PARENT.host(), new PeerMessage.Load(0, 1, 0)));
            on(new Event.FromPeer(OTHER.host(), new PeerMessage.Load(0, 1, 0)));
            on(new Event.Tick());
        }
        now = end;
    }

    private List<Command.Fetch> fetches(int chunk) {
        return done.stream()
                .filter(Command.Fetch.class::isInstance)
                .map(Command.Fetch.class::cast)
                .filter(fetch -> fetch.chunk() == chunk)
                .toList();
    }

    private List<Long> urged() {
        return done.stream()
                .filter(Command.TellPeer.class::isInstance)
                .map(command -> ((Command.TellPeer) command).message())
                .filter(PeerMessage.Urgent.class::isInstance)
                .map(message -> ((PeerMessage.Urgent) message).request())
                .toList();
    }

    @BeforeEach
    void placeInATree() {
        on(new Event.SchedulerUp());
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        Optional<HostId> parent = Optional.of(PARENT.host());
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(parent, parent), List.of(PARENT, OTHER), 2, List.of())));
        on(new Event.PeerUp(PARENT));
        on(new Event.PeerUp(OTHER));
    }

    @Test
    void chunkThatWasAskedForComesBeforeOthersWhenItsReaderHasWaited() {
        have(PARENT, 0, 1);
        List<Command.Fetch> first = fetches(0);
        assertThat(first).hasSize(1);
        assertThat(first.getFirst().urgency()).isEqualTo(Urgency.NORMAL);
        on(new Event.Gained(BLOB, ChunkSet.of(2)));
        after(200);
        assertThat(urged()).isEmpty();
        after(500);
        assertThat(urged()).containsExactly(first.getFirst().request());
    }

    @Test
    void chunkThatNobodyWasAskedForIsAskedForUrgently() {
        have(PARENT, 1);
        on(new Event.Gained(BLOB, ChunkSet.of(2)));
        after(600);
        assertThat(fetches(0)).isEmpty();
        have(OTHER, 0);
        after(300);
        assertThat(fetches(0)).last().satisfies(fetch -> assertThat(fetch.from()).isEqualTo(OTHER.host()));
        assertThat(fetches(0).getLast().urgency() == Urgency.URGENT || urged().contains(fetches(0).getLast().request())).isTrue();
    }

    @Test
    void onlyTheNextChunkOfAReaderIsUrgent() {
        have(PARENT, 0, 1, 2, 3);
        on(new Event.Gained(BLOB, ChunkSet.of(4, 5)));
        after(1_500);
        assertThat(urged()).allMatch(request -> fetches(0).stream().anyMatch(fetch -> fetch.request() == request)).isNotEmpty();
    }

    @Test
    void chunkIsNotUrgentWhileItsTreeHasBroughtNothingLater() {
        have(PARENT, 0, 1);
        on(new Event.Gained(BLOB, ChunkSet.of(3)));
        after(1_500);
        assertThat(fetches(0)).isNotEmpty();
        assertThat(urged()).isEmpty();
    }
}
