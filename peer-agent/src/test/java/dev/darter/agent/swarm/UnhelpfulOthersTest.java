package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;

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

/** Neighbours and schedulers that are there and don't help: a pull goes on without them. */
final class UnhelpfulOthersTest {

    private static final long MILLI = 1_000_000;
    private static final long SIZE = 200_000;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member SELF = member("self");
    private static final Member P = member("p");

    private final SwarmEngine engine = new SwarmEngine(new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0,
            (_, epoch) -> Bytes.of(new byte[]{(byte) epoch})), new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    private static Member member(String name) {
        return new Member(new HostId(name), name + ":1", "z");
    }

    private void on(Event event) {
        done.addAll(engine.on(event, now));
    }

    private <T extends Command> List<T> done(Class<T> kind) {
        return done.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<AgentMessage.Stuck> complaints() {
        return done(Command.TellScheduler.class).stream()
                .map(Command.TellScheduler::message)
                .filter(AgentMessage.Stuck.class::isInstance)
                .map(AgentMessage.Stuck.class::cast)
                .toList();
    }

    /** What is asked for comes in drops, and the neighbour talks on. */
    private void afterDripping(long millis) {
        long end = now + millis * MILLI;
        while (now < end) {
            now += 200 * MILLI;
            done(Command.Fetch.class).forEach(fetch -> on(new Event.FetchProgress(fetch.request(), 1)));
            on(new Event.FromPeer(P.host(), new PeerMessage.Load(0, 1, 0)));
            on(new Event.Tick());
        }
    }

    /** The same under a scheduler that has no other place. */
    private void afterDrippingWithAnswers(long millis) {
        for (long passed = 0; passed < millis; passed += 2_000) {
            place(Optional.of(P.host()), List.of(P));
            afterDripping(2_000);
        }
    }

    private void after(long millis) {
        long end = now + millis * MILLI;
        while (engine.nextTick() < end) {
            now = Math.max(now, engine.nextTick());
            on(new Event.Tick());
        }
        now = end;
    }

    private void begin() {
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
    }

    private void place(Optional<HostId> parent, List<Member> neighbours) {
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(parent, parent), neighbours, 2, List.of())));
    }

    private void dripperHasIt() {
        on(new Event.PeerUp(P));
        on(new Event.FromPeer(P.host(), new PeerMessage.Path(BLOB, 0, List.of())));
        on(new Event.FromPeer(P.host(), new PeerMessage.Have(BLOB, SIZE, 1, ChunkSet.of(0), List.of(), List.of())));
    }

    @Test
    void namesNeighbourThatLetsBytesDripToTheScheduler() {
        on(new Event.SchedulerUp());
        begin();
        place(Optional.of(P.host()), List.of(P));
        dripperHasIt();
        afterDripping(4_000);
        assertThat(done(Command.Fetch.class)).hasSize(1);
        assertThat(complaints()).isEmpty();
        afterDripping(3_000);
        assertThat(done(Command.Abandon.class)).hasSize(1);
        assertThat(complaints()).isNotEmpty();
        assertThat(complaints().getFirst().silent()).containsExactly(P.host());
    }

    /** What it said before may have been lost, and who fell silent has no other reason to speak. */
    @Test
    void asksNeighboursAnewWhatTheyHaveWhenNothingComes() {
        on(new Event.SchedulerUp());
        begin();
        on(new Event.PeerUp(P));
        place(Optional.of(P.host()), List.of(P));
        Command.TellPeer asking = new Command.TellPeer(P.host(), new PeerMessage.Follow(BLOB));
        assertThat(done).containsOnlyOnce(asking);
        after(2_000);
        assertThat(complaints()).hasSize(1);
        assertThat(done).filteredOn(asking::equals).hasSize(2);
    }

    @Test
    void readsUnderLeaseWhatOnlyDripperHas() {
        on(new Event.SchedulerUp());
        begin();
        place(Optional.of(P.host()), List.of(P));
        dripperHasIt();
        afterDripping(7_000);
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void readsByRankWhatNeighbourLetsDrip() {
        on(new Event.Remembered(List.of(P)));
        begin();
        after(100);
        dripperHasIt();
        afterDripping(4_000);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        afterDripping(4_000);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void asksDripperAgainLaterAndThenLongerNotAtAll() {
        on(new Event.SchedulerUp());
        begin();
        place(Optional.of(P.host()), List.of(P));
        dripperHasIt();
        afterDrippingWithAnswers(14_000);
        assertThat(done(Command.Fetch.class)).hasSize(1);
        afterDrippingWithAnswers(14_000);
        assertThat(done(Command.Fetch.class)).hasSize(2);
        afterDrippingWithAnswers(10_000);
        assertThat(done(Command.Fetch.class)).hasSize(2);
    }

    @Test
    void complainsOfQueueThatNeverMoves() {
        on(new Event.SchedulerUp());
        begin();
        place(Optional.of(P.host()), List.of(P));
        dripperHasIt();
        for (int step = 0; step < 100; step++) {
            after(200);
            on(new Event.FromPeer(P.host(), new PeerMessage.Load(1 << 30, 0, 0)));
        }
        assertThat(complaints()).isNotEmpty();
    }

    @Test
    void readsByRankWhenTheSchedulerDoesNotHeedThatItIsStuck() {
        on(new Event.SchedulerUp());
        begin();
        place(Optional.of(P.host()), List.of(P));
        on(new Event.PeerDown(P.host()));
        after(6_000);
        assertThat(complaints()).isNotEmpty();
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        after(5_000);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void readsByRankWhenItsLeaseWasRevokedAndNothingFollows() {
        on(new Event.SchedulerUp());
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        on(new Event.FromScheduler(new SchedulerMessage.Revoke(BLOB, 3)));
        done.clear();
        after(12_000);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void leavesTheOriginAloneWhileTheSchedulerAnswers() {
        on(new Event.SchedulerUp());
        begin();
        answerWithUselessPlaces(20);
        assertThat(complaints()).isNotEmpty();
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
    }

    /** A scheduler that is wrong about who is there would otherwise be asked for ever. */
    @Test
    void readsByRankWhenNoPlaceOfManyBringsAnything() {
        on(new Event.SchedulerUp());
        begin();
        answerWithUselessPlaces(60);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    private void answerWithUselessPlaces(int seconds) {
        for (int second = 0; second < seconds; second++) {
            place(Optional.of(P.host()), List.of(P));
            on(new Event.PeerDown(P.host()));
            after(1_000);
        }
    }
}
