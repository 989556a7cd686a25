package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** What the engine does for readers of parts of a blob. */
class WaitedForTest {

    private static final long MILLI = 1_000_000;
    private static final int CHUNK = 256 * 1024;
    private static final int CHUNKS = 40;
    private static final long SIZE = (long) CHUNK * CHUNKS;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member SELF = member("self", "z");
    private static final Member P = member("p", "z");
    private static final Member Q = member("q", "z");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, (_, _) -> Bytes.of(new byte[32])),
            new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    private static Member member(String name, String zone) {
        return new Member(new HostId(name), name + ":1", zone);
    }

    private void on(Event event) {
        done.addAll(engine.on(event, now));
    }

    private void after(long millis) {
        long end = now + millis * MILLI;
        while (engine.nextTick() < end) {
            now = Math.max(now, engine.nextTick());
            on(new Event.Tick());
        }
        now = end;
    }

    private <T extends Command> List<T> done(Class<T> kind) {
        return done.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <T extends PeerMessage> List<T> told(Member peer, Class<T> kind) {
        return done(Command.TellPeer.class).stream()
                .filter(it -> it.to().equals(peer.host()))
                .map(Command.TellPeer::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private void hear(Member from, PeerMessage message) {
        on(new Event.FromPeer(from.host(), message));
    }

    private void have(Member from, int... chunks) {
        hear(from, new PeerMessage.Have(BLOB, SIZE, 1, ChunkSet.of(chunks), List.of(), List.of()));
    }

    /** A reader of some bytes of these chunks. */
    private void reader(int firstChunk, int lastChunk) {
        on(new Event.ReaderOpened(BLOB, 1, (long) firstChunk * CHUNK + 100, (long) lastChunk * CHUNK + 200, true));
    }

    /** A reader of these chunks that wants nothing else. */
    private void partsOnly(long number, int firstChunk, int lastChunk, boolean isAhead) {
        on(new Event.ReaderOpened(BLOB, number, (long) firstChunk * CHUNK, (long) (lastChunk + 1) * CHUNK, true, isAhead, false));
    }

    private void begin() {
        on(new Event.SchedulerUp());
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
    }

    private void placed(Optional<Member> parent, Member... neighbours) {
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(parent.map(Member::host), parent.map(Member::host)),
                List.of(neighbours), 2, List.of())));
        for (Member neighbour : neighbours) {
            on(new Event.PeerUp(neighbour));
            hear(neighbour, new PeerMessage.Follow(BLOB));
        }
    }

    private void lease() {
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
    }

    @Test
    void asksANeighbourThatHasItAheadOfEverythingElse() {
        begin();
        reader(30, 31);
        placed(Optional.of(P), P, Q);
        have(Q, 5, 6, 30, 31);
        on(new Event.Fetched(done(Command.Fetch.class).getFirst().request(), FetchOutcome.STORED));
        List<Command.Fetch> fetches = done(Command.Fetch.class);
        assertThat(fetches.subList(0, 2)).extracting(Command.Fetch::chunk).containsExactlyInAnyOrder(30, 31);
        assertThat(fetches.subList(0, 2)).extracting(Command.Fetch::urgency).containsOnly(Urgency.URGENT);
    }

    @Test
    void asksAHostThatJustGotItRatherThanOneThatIsAskedAlready() {
        begin();
        partsOnly(1, 30, 33, false);
        placed(Optional.of(P), P, Q);
        have(P, 30, 31, 32, 33);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from).containsExactly(P.host());
        int other = done(Command.Fetch.class).getFirst().chunk() == 33 ? 32 : 33;
        have(Q, other);
        assertThat(done(Command.Fetch.class)).hasSize(2);
        assertThat(done(Command.Fetch.class).getLast()).extracting(Command.Fetch::from, Command.Fetch::chunk)
                .containsExactly(Q.host(), other);
    }

    @Test
    void waitsForANeighbourInItsZoneRatherThanAskInAnother() {
        Member far = member("far", "elsewhere");
        begin();
        partsOnly(1, 30, 32, false);
        placed(Optional.of(P), P, Q, far);
        have(P, 30, 31);
        have(far, 30, 31, 32);
        assertThat(done(Command.Fetch.class)).hasSize(2);
        assertThat(done(Command.Fetch.class)).filteredOn(it -> it.from().equals(far.host()))
                .extracting(Command.Fetch::chunk)
                .containsExactly(32);
    }

    @Test
    void asksForAllInTheOrderOfTheBytesWhereNobodyElseLacksThem() {
        begin();
        partsOnly(1, 30, 35, false);
        placed(Optional.of(P), P);
        have(P, 30, 31, 32, 33, 34, 35);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactly(30, 31, 32, 33, 34, 35);
    }

    @Test
    void asksAllWhoHaveItForAsMuch() {
        begin();
        partsOnly(1, 30, 33, false);
        placed(Optional.of(P), P, Q);
        have(P, 30, 31, 32, 33);
        have(Q, 30, 31, 32, 33);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from)
                .containsExactlyInAnyOrder(P.host(), P.host(), Q.host(), Q.host());
    }

    @Test
    void drawsNoLotsBetweenWhatIsWaitedForAndWhatIsReadAhead() {
        begin();
        partsOnly(1, 0, 11, true);
        partsOnly(2, 30, 31, false);
        placed(Optional.of(P), P, Q);
        have(P, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 30, 31);
        on(new Event.Fetched(done(Command.Fetch.class).getFirst().request(), FetchOutcome.STORED));
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactlyInAnyOrder(30, 31);
    }

    @Test
    void hasARequestThatWaitsInAQueueServedNow() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        placed(Optional.of(P), P, Q);
        have(P, 0, 1);
        Command.Fetch waiting = done(Command.Fetch.class).getFirst();
        assertThat(waiting.urgency()).isEqualTo(Urgency.NORMAL);
        on(new Event.ReaderOpened(BLOB, 1, 0, 10, true));
        on(new Event.Tick());
        assertThat(told(P, PeerMessage.Urgent.class)).containsExactly(new PeerMessage.Urgent(waiting.request()));
    }

    @Test
    void readsItFromTheOriginAheadOfTheRestAndNotTwice() {
        begin();
        reader(39, 39);
        lease();
        assertThat(done).filteredOn(it -> it instanceof Command.ReadAlone || it instanceof Command.ReadOrigin)
                .containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40), new Command.ReadOrigin(BLOB, 3, 0, 39));
        after(100);
        on(new Event.Gained(BLOB, ChunkSet.of(39)));
        on(new Event.AloneEnded(BLOB, 3, 39, Outcome.DONE, 0));
        after(1_000);
        assertThat(done(Command.ReadAlone.class)).hasSize(1);
    }

    @Test
    void readsToItsEndWhatWasAskedForWhileTheCallerWasThere() {
        begin();
        reader(39, 39);
        lease();
        on(new Event.Gained(BLOB, ChunkSet.of(39)));
        on(new Event.AloneEnded(BLOB, 3, 39, Outcome.DONE, 0));
        on(new Event.ReaderClosed(BLOB, 1));
        after(10_000);
        assertThat(done(Command.StopOrigin.class)).isEmpty();
        on(new Event.OriginEnded(BLOB, 3, Outcome.UNAVAILABLE, 5, 0));
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void hearsWhatNeighboursHaveBeforeItAsksTheOrigin() {
        begin();
        placed(Optional.of(P), P);
        reader(39, 39);
        lease();
        assertThat(done(Command.ReadAlone.class)).isEmpty();
        have(P, 39);
        after(300);
        assertThat(done(Command.ReadAlone.class)).isEmpty();
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactly(39);
    }

    @Test
    void asksTheOriginWhenNeighboursHaveNothing() {
        begin();
        placed(Optional.of(P), P);
        reader(39, 39);
        lease();
        assertThat(done(Command.ReadAlone.class)).isEmpty();
        hear(P, new PeerMessage.Lacks(BLOB));
        on(new Event.Tick());
        assertThat(done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
    }

    @Test
    void doesNotWaitLongForNeighboursThatSayNothing() {
        begin();
        placed(Optional.of(P), P);
        reader(39, 39);
        lease();
        after(450);
        assertThat(done(Command.ReadAlone.class)).isEmpty();
        after(110);
        assertThat(done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
    }

    @Test
    void waitsForNeighboursThatAreBeingReached() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(), List.of(P), 2, List.of())));
        reader(39, 39);
        lease();
        after(300);
        assertThat(done(Command.ReadAlone.class)).isEmpty();
        on(new Event.PeerUp(P));
        have(P, 39);
        after(300);
        assertThat(done(Command.ReadAlone.class)).isEmpty();
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactly(39);
    }

    @Test
    void doesNotWaitForNeighboursThatCannotBeReached() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(), List.of(P), 2, List.of())));
        reader(39, 39);
        lease();
        on(new Event.PeerDown(P.host()));
        assertThat(done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
    }

    @Test
    void readsPartsOutOfOrderWhileTheRestIsBeingRead() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        lease();
        on(new Event.OriginProgress(BLOB, 3, SIZE, 2));
        done.clear();
        on(new Event.ReaderOpened(BLOB, 1, 20L * CHUNK, 22L * CHUNK, true));
        on(new Event.ReaderOpened(BLOB, 3, 30L * CHUNK, 30L * CHUNK + 1, true));
        assertThat(done(Command.ReadAlone.class)).containsExactlyInAnyOrder(new Command.ReadAlone(BLOB, 3, 20, 22),
                new Command.ReadAlone(BLOB, 3, 30, 31));
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
    }

    @Test
    void leavesToTheReadingInOrderWhatItComesToInAMoment() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        lease();
        on(new Event.ReaderOpened(BLOB, 1, 100, 200, true));
        assertThat(done(Command.ReadAlone.class)).isEmpty();
    }

    @Test
    void passesTheWishOnTowardsTheReaderOfTheOriginAndRepeatsIt() {
        begin();
        reader(39, 39);
        placed(Optional.of(P), P, Q);
        on(new Event.Tick());
        assertThat(told(P, PeerMessage.Want.class)).containsExactly(new PeerMessage.Want(BLOB, ChunkSet.of(39)));
        after(500);
        assertThat(told(P, PeerMessage.Want.class)).hasSize(1);
        after(700);
        assertThat(told(P, PeerMessage.Want.class)).hasSize(2);
        assertThat(told(Q, PeerMessage.Want.class)).isEmpty();
        have(P, 39);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk, Command.Fetch::urgency)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(39, Urgency.URGENT));
    }

    @Test
    void readsAloneWhatHostsBelowWaitForAndTellsThemAtOnce() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        lease();
        placed(Optional.empty(), P, Q);
        hear(P, new PeerMessage.Lacks(BLOB));
        hear(Q, new PeerMessage.Lacks(BLOB));
        hear(P, new PeerMessage.Want(BLOB, ChunkSet.of(39, 4000)));
        assertThat(done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
        done.clear();
        on(new Event.Gained(BLOB, ChunkSet.of(39)));
        assertThat(done(Command.Announce.class)).containsExactly(new Command.Announce(List.of(P.host()), BLOB, ChunkSet.of(39)));
    }

    @Test
    void leavesTheOriginToAHostThatWaitsWhenItHasNoCallerItself() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        lease();
        placed(Optional.empty(), P);
        hear(P, new PeerMessage.Lacks(BLOB));
        on(new Event.ReaderClosed(BLOB, 2));
        after(5_000);
        assertThat(done(Command.StopOrigin.class)).isEmpty();
        hear(P, new PeerMessage.Want(BLOB, ChunkSet.of(39)));
        assertThat(done(Command.TellScheduler.class)).extracting(Command.TellScheduler::message)
                .contains(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.GIVEN_UP, 0, 0));
        assertThat(done(Command.StopOrigin.class)).hasSize(1);
    }

    @Test
    void asksForWhatAChildWaitsForAsIfItWereItsOwn() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        placed(Optional.of(P), P, Q);
        hear(Q, new PeerMessage.Want(BLOB, ChunkSet.of(38)));
        assertThat(told(P, PeerMessage.Want.class)).containsExactly(new PeerMessage.Want(BLOB, ChunkSet.of(38)));
        have(P, 38);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk, Command.Fetch::urgency)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(P.host(), 38, Urgency.URGENT));
    }

    @Test
    void stopsAskingAnOriginThatCantSendParts() {
        begin();
        reader(39, 39);
        lease();
        on(new Event.AloneEnded(BLOB, 3, 39, Outcome.GIVEN_UP, 0));
        after(5_000);
        assertThat(done(Command.ReadAlone.class)).hasSize(1);
        on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, 39, 0));
        assertThat(done(Command.ReadOrigin.class)).endsWith(new Command.ReadOrigin(BLOB, 3, 39, -1));
    }

    @Test
    void triesAgainAfterAFailureWithLongerAndLongerPauses() {
        begin();
        reader(39, 39);
        lease();
        on(new Event.AloneEnded(BLOB, 3, 39, Outcome.UNAVAILABLE, 0));
        after(400);
        assertThat(done(Command.ReadAlone.class)).hasSize(1);
        after(200);
        assertThat(done(Command.ReadAlone.class)).hasSize(2);
    }

    @Test
    void givesTheLeaseBackWhenTheOriginWantsToBeLeftAlone() {
        begin();
        reader(39, 39);
        lease();
        on(new Event.AloneEnded(BLOB, 3, 39, Outcome.THROTTLED, 7_000));
        assertThat(done(Command.TellScheduler.class)).extracting(Command.TellScheduler::message)
                .contains(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.THROTTLED, 0, 7_000));
    }

    @Test
    void stopsReadingWhenTheLeaseIsAnothersNow() {
        begin();
        reader(39, 39);
        lease();
        on(new Event.FromScheduler(new SchedulerMessage.Revoke(BLOB, 3)));
        assertThat(done(Command.StopOrigin.class)).containsExactly(new Command.StopOrigin(BLOB, 3));
    }
}
