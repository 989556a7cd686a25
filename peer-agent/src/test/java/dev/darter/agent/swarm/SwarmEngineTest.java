package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

class SwarmEngineTest {

    private static final long MILLI = 1_000_000;
    private static final int CHUNK = 256 * 1024;
    private static final int CHUNKS = 20;
    private static final long SIZE = (long) CHUNK * CHUNKS;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member SELF = member("self");
    private static final Member P = member("p");
    private static final Member Q = member("q");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, SwarmEngineTest::leaseKey), new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    private static Bytes leaseKey(BlobKey blob, long epoch) {
        return Bytes.of(new byte[]{(byte) epoch});
    }

    private static Member member(String name) {
        return new Member(new HostId(name), name + ":1", "z");
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

    private <T extends PeerMessage> List<T> told(HostId peer, Class<T> kind) {
        return done(Command.TellPeer.class).stream()
                .filter(it -> it.to().equals(peer))
                .map(Command.TellPeer::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private <T extends AgentMessage> List<T> toldScheduler(Class<T> kind) {
        return done(Command.TellScheduler.class).stream()
                .map(Command.TellScheduler::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private void hear(Member from, PeerMessage message) {
        on(new Event.FromPeer(from.host(), message));
    }

    private void have(Member from, ChunkSet chunks) {
        hear(from, new PeerMessage.Have(BLOB, SIZE, 1, chunks, List.of(), List.of()));
    }

    private void begin() {
        on(new Event.SchedulerUp());
        on(new Event.Begin(BLOB, -1, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
    }

    /** Two stripes, both from the same parent, and one more neighbour. */
    private void placedUnder(Member parent, Member other) {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(Optional.of(parent.host()), Optional.of(parent.host())),
                List.of(parent, other), 2, List.of())));
        on(new Event.Sized(BLOB, SIZE));
        on(new Event.PeerUp(parent));
        on(new Event.PeerUp(other));
        hear(parent, new PeerMessage.Path(BLOB, 0, List.of()));
        hear(parent, new PeerMessage.Path(BLOB, 1, List.of()));
        hear(other, new PeerMessage.Path(BLOB, 0, List.of()));
        hear(other, new PeerMessage.Path(BLOB, 1, List.of()));
        done.clear();
    }

    @Test
    void asksForPlaceAndLinksWithParents() {
        begin();
        assertThat(toldScheduler(AgentMessage.Join.class)).hasSize(1);
        on(new Event.FromScheduler(
                new SchedulerMessage.Place(BLOB, -1, List.of(Optional.of(P.host()), Optional.empty()), List.of(P, Q), 2, List.of())));
        assertThat(done(Command.Connect.class)).extracting(Command.Connect::peer).containsExactly(P, Q);
        on(new Event.PeerUp(P));
        assertThat(told(P.host(), PeerMessage.Follow.class)).hasSize(1);
        assertThat(told(P.host(), PeerMessage.Adopt.class)).containsExactly(new PeerMessage.Adopt(BLOB, 0));
    }

    /** Stored under states that turn out to be false while it is on its way to be told of, it is dropped, and nobody says so. */
    @Test
    void asksAgainForWhatWasStoredAndCanNotBeServed() {
        placedUnder(P, Q);
        have(P, ChunkSet.ofRange(0, CHUNKS));
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int awaited = chunk;
            Command.Fetch asked = done(Command.Fetch.class).stream().filter(it -> it.chunk() == awaited).findFirst().orElseThrow();
            on(new Event.Fetched(asked.request(), FetchOutcome.STORED));
            if (chunk != 4) {
                on(new Event.Gained(BLOB, ChunkSet.of(chunk)));
            }
        }
        done.clear();
        for (int second = 0; second < 6; second++) {
            assertThat(done(Command.Fetch.class)).as("after %d s", second).isEmpty();
            hear(P, new PeerMessage.Load(0, 2, 0));
            after(1000);
        }
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsOnly(4);
        assertThat(done(Command.Fetch.class)).hasSize(1);
    }

    @Test
    void asksParentAsSoonAsItNamesChunk() {
        placedUnder(P, Q);
        have(P, ChunkSet.of(4));
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(P.host(), 4));
    }

    @Test
    void leavesChunksToTheTreesThatTheyAreAboutToBring() {
        placedUnder(P, Q);
        have(P, ChunkSet.of(0, 1));
        done.clear();
        have(Q, ChunkSet.of(2, 3));
        assertThat(done(Command.Fetch.class)).isEmpty();
    }

    @Test
    void fillsHolesThatTheParentPassedOver() {
        placedUnder(P, Q);
        have(P, ChunkSet.of(4, 5));
        done.clear();
        have(Q, ChunkSet.of(2));
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from).containsExactly(Q.host());
    }

    @Test
    void neverAsksTwoNeighboursForOneChunkInTheMiddle() {
        placedUnder(P, Q);
        have(P, ChunkSet.ofRange(0, CHUNKS));
        have(Q, ChunkSet.ofRange(0, CHUNKS));
        after(300);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).doesNotHaveDuplicates();
    }

    @Test
    void movesFromLostParentAtOnceAndTellsTheScheduler() {
        placedUnder(P, Q);
        on(new Event.PeerDown(P.host()));
        assertThat(told(Q.host(), PeerMessage.Adopt.class)).hasSize(2);
        assertThat(toldScheduler(AgentMessage.Moved.class)).contains(new AgentMessage.Moved(BLOB, 0, P.host(), Q.host()));
    }

    @Test
    void doesNotMoveBelowItself() {
        placedUnder(P, Q);
        hear(Q, new PeerMessage.Path(BLOB, 0, List.of(SELF.host(), P.host())));
        hear(Q, new PeerMessage.Path(BLOB, 1, List.of(SELF.host(), P.host())));
        on(new Event.PeerDown(P.host()));
        assertThat(told(Q.host(), PeerMessage.Adopt.class)).isEmpty();
    }

    @Test
    void asksElsewhereWhenNeighbourIsSilent() {
        placedUnder(P, Q);
        have(P, ChunkSet.of(0));
        have(Q, ChunkSet.of(0));
        done.clear();
        after(1_000);
        assertThat(done(Command.Abandon.class)).hasSize(1);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from).contains(Q.host());
    }

    @Test
    void refusesOneChildTooMany() {
        placedUnder(P, Q);
        for (int i = 0; i < 8; i++) {
            Member child = member("child" + i);
            on(new Event.PeerUp(child));
            hear(child, new PeerMessage.Adopt(BLOB, i % 2));
        }
        assertThat(told(new HostId("child0"), PeerMessage.Refuse.class)).isEmpty();
        assertThat(told(new HostId("child7"), PeerMessage.Refuse.class)).hasSize(1);
    }

    @Test
    void announcesGainsToChildrenAtOnceAndToOthersInBundles() {
        placedUnder(P, Q);
        hear(Q, new PeerMessage.Follow(BLOB));
        Member child = member("child");
        on(new Event.PeerUp(child));
        hear(child, new PeerMessage.Follow(BLOB));
        hear(child, new PeerMessage.Adopt(BLOB, 0));
        done.clear();
        on(new Event.Gained(BLOB, ChunkSet.of(2)));
        assertThat(done(Command.Announce.class)).extracting(Command.Announce::to).containsExactly(List.of(child.host()));
        after(100);
        assertThat(done(Command.Announce.class)).extracting(Command.Announce::to).contains(List.of(Q.host()));
    }

    @Test
    void readsTheOriginUnderLeaseOnlyWhatNobodyHas() {
        placedUnder(P, Q);
        have(Q, ChunkSet.of(5, 6));
        on(new Event.Gained(BLOB, ChunkSet.ofRange(0, 4)));
        done.clear();
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 4)));
        assertThat(done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 4, 5));
        done.clear();
        on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, 5, 0));
        assertThat(done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 7, -1));
    }

    @Test
    void tellsTheSchedulerWhyLeaseEnded() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        on(new Event.OriginEnded(BLOB, 3, Outcome.THROTTLED, 0, 5_000));
        assertThat(toldScheduler(AgentMessage.LeaseEnd.class))
                .containsExactly(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.THROTTLED, 0, 5_000));
        assertThat(done(Command.FailReaders.class)).isEmpty();
    }

    /** A key for each lease, told at once: a key that is withdrawn for one lease says nothing of what was read under another. */
    @Test
    void tellsTheKeyOfEachLeaseBeforeItReads() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        on(new Event.OriginEnded(BLOB, 3, Outcome.UNAVAILABLE, 0, 0));
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 4, 0)));
        assertThat(toldScheduler(AgentMessage.LeaseProgress.class)).extracting(AgentMessage.LeaseProgress::key)
                .containsExactly(leaseKey(BLOB, 3), leaseKey(BLOB, 4));
    }

    @Test
    void failsReadersWhoseCredentialsTheOriginRefuses() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        on(new Event.OriginEnded(BLOB, 3, Outcome.DENIED, 0, 0));
        assertThat(done(Command.FailReaders.class)).extracting(Command.FailReaders::reason).containsExactly(Failure.DENIED);
    }

    @Test
    void readsTheOriginByRankWhereNoSchedulerAnswers() {
        on(new Event.Begin(BLOB, -1, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        after(40);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        after(100);
        assertThat(done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 0, 0, -1));
    }

    @Test
    void hearsWhatNeighboursHaveBeforeItReadsByRank() {
        on(new Event.Remembered(List.of(P, Q)));
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        after(100);
        on(new Event.PeerDown(Q.host()));
        after(700);
        on(new Event.PeerUp(P));
        after(80);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        have(P, ChunkSet.ofRange(0, CHUNKS));
        after(500);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        assertThat(done(Command.Fetch.class)).isNotEmpty();
    }

    @Test
    void readsByRankWhenAllHaveSaidThatTheyHaveNothing() {
        on(new Event.Remembered(List.of(P, Q)));
        on(new Event.Begin(BLOB, -1, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        after(60);
        on(new Event.PeerUp(P));
        on(new Event.PeerUp(Q));
        after(500);
        hear(P, new PeerMessage.Lacks(BLOB));
        after(100);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        hear(Q, new PeerMessage.Lacks(BLOB));
        after(100);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void answersWhoeverFollowsInVain() {
        on(new Event.PeerUp(P));
        hear(P, new PeerMessage.Follow(BLOB));
        assertThat(told(P.host(), PeerMessage.Lacks.class)).containsExactly(new PeerMessage.Lacks(BLOB));
        on(new Event.Held(BLOB, SIZE));
        done.clear();
        hear(P, new PeerMessage.Follow(BLOB));
        assertThat(told(P.host(), PeerMessage.Lacks.class)).isEmpty();
    }

    @Test
    void leavesTheOriginToHostOfHigherRankThatWantsTheBlob() {
        Member first = IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> member("m" + number))
                .filter(member -> OriginRank.order(BLOB, List.of(SELF.host(), member.host())).getLast().equals(SELF.host()))
                .findFirst()
                .orElseThrow();
        on(new Event.Remembered(List.of(first)));
        on(new Event.Begin(BLOB, -1, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        after(60);
        on(new Event.PeerUp(first));
        hear(first, new PeerMessage.Follow(BLOB));
        hear(first, new PeerMessage.Lacks(BLOB));
        after(2_900);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        after(400);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void readsByRankWhenNeighboursCantBeReached() {
        on(new Event.Remembered(List.of(P, Q)));
        on(new Event.Begin(BLOB, -1, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        after(2_000);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
        after(600);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void accusesNeighbourThatSendsFalseChunksTwice() {
        placedUnder(P, Q);
        have(P, ChunkSet.of(0, 1));
        List<Command.Fetch> fetches = done(Command.Fetch.class);
        on(new Event.Fetched(fetches.get(0).request(), FetchOutcome.CORRUPT));
        assertThat(toldScheduler(AgentMessage.Accuse.class)).isEmpty();
        on(new Event.Fetched(fetches.get(1).request(), FetchOutcome.CORRUPT));
        assertThat(toldScheduler(AgentMessage.Accuse.class)).extracting(AgentMessage.Accuse::accused).containsExactly(P.host());
        assertThat(told(P.host(), PeerMessage.Rejected.class)).hasSize(2);
    }

    /** A neighbour that is not told of a loss would take this host for one that has the chunk, and never say where it can be had. */
    @Test
    void takesBackWhatItLostAndTellsItAgain() {
        placedUnder(P, Q);
        hear(Q, new PeerMessage.Follow(BLOB));
        on(new Event.Gained(BLOB, ChunkSet.of(0, 1)));
        on(new Event.Tick());
        on(new Event.Lost(BLOB, ChunkSet.of(1)));
        assertThat(done(Command.Retract.class)).containsExactly(new Command.Retract(List.of(Q.host()), BLOB, ChunkSet.of(1)));
        done.clear();
        on(new Event.Gained(BLOB, ChunkSet.of(1)));
        on(new Event.Tick());
        assertThat(done(Command.Announce.class)).containsExactly(new Command.Announce(List.of(Q.host()), BLOB, ChunkSet.of(1)));
    }

    @Test
    void tellsNeighbourAgainOfWhatThatOneHasLost() {
        placedUnder(P, Q);
        hear(Q, new PeerMessage.Follow(BLOB));
        have(Q, ChunkSet.of(4));
        hear(Q, new PeerMessage.Lost(BLOB, ChunkSet.of(4)));
        on(new Event.Gained(BLOB, ChunkSet.of(4)));
        on(new Event.Tick());
        assertThat(done(Command.Announce.class)).containsExactly(new Command.Announce(List.of(Q.host()), BLOB, ChunkSet.of(4)));
    }

    @Test
    void asksNobodyForWhatHeHasTakenBack() {
        placedUnder(P, Q);
        have(Q, ChunkSet.of(4));
        hear(Q, new PeerMessage.Lost(BLOB, ChunkSet.of(4)));
        done.clear();
        after(500);
        assertThat(done(Command.Fetch.class)).isEmpty();
    }

    @Test
    void saysAtOnceThatTheLastChunkEndsNoChain() {
        placedUnder(P, Q);
        ChunkSet all = ChunkSet.ofRange(0, CHUNKS - 1);
        on(new Event.Gained(BLOB, all));
        have(P, ChunkSet.of(CHUNKS - 1));
        on(new Event.Fetched(done(Command.Fetch.class).getLast().request(), FetchOutcome.UNCLOSED));
        assertThat(told(P.host(), PeerMessage.Rejected.class)).hasSize(1);
        on(new Event.Tick());
        on(new Event.Tick());
        assertThat(toldScheduler(AgentMessage.Stuck.class)).containsExactly(new AgentMessage.Stuck(BLOB, Set.of(), Set.of(P.host())));
    }

    @Test
    void asksAnotherForTheLastChunkBeforeItComplains() {
        placedUnder(P, Q);
        on(new Event.Gained(BLOB, ChunkSet.ofRange(0, CHUNKS - 1)));
        have(P, ChunkSet.of(CHUNKS - 1));
        have(Q, ChunkSet.of(CHUNKS - 1));
        Command.Fetch first = done(Command.Fetch.class).getLast();
        on(new Event.Fetched(first.request(), FetchOutcome.UNCLOSED));
        after(400);
        assertThat(toldScheduler(AgentMessage.Stuck.class)).isEmpty();
        assertThat(done(Command.Fetch.class).getLast().from()).isNotEqualTo(first.from());
    }

    @Test
    void triesWhatCouldNotBeVerifiedOnceMore() {
        placedUnder(P, Q);
        have(P, ChunkSet.of(0));
        Command.Fetch first = done(Command.Fetch.class).getLast();
        on(new Event.Fetched(first.request(), FetchOutcome.DOUBTFUL));
        done.clear();
        after(2_000);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::chunk).contains(0);
    }

    @Test
    void cutsLinkWithShunnedHost() {
        placedUnder(P, Q);
        on(new Event.FromScheduler(new SchedulerMessage.Shun(P.host())));
        assertThat(done(Command.Shun.class)).hasSize(1);
        assertThat(done(Command.Disconnect.class)).hasSize(1);
        on(new Event.Asked(P.host(), P.address(), 1, BLOB, 0, CHUNK, Urgency.NORMAL));
        assertThat(done(Command.Decline.class)).hasSize(1);
    }

    @Test
    void saysOftenThatItIsAliveWhileOthersDependOnIt() {
        on(new Event.SchedulerUp());
        on(new Event.Held(BLOB, SIZE));
        after(10_000);
        assertThat(toldScheduler(AgentMessage.Alive.class)).hasSizeLessThan(4);
        done.clear();
        on(new Event.PeerUp(Q));
        hear(Q, new PeerMessage.Follow(BLOB));
        after(10_000);
        assertThat(toldScheduler(AgentMessage.Alive.class)).hasSizeGreaterThanOrEqualTo(15);
    }

    /** Whoever reads what is proven reads a file, and tells the engine no more. */
    @Test
    void asksTheSchedulerAnewForWhatItHasLostSoonAfterItCame() {
        begin();
        on(new Event.Proven(BLOB, SIZE));
        on(new Event.Evicted(BLOB));
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        assertThat(toldScheduler(AgentMessage.Join.class)).hasSize(2);
    }

    /** The store tells of the loss on a thread of its own. */
    @Test
    void downloadsAgainWhatItHasLostAlsoWhenItHearsOfTheLossLater() {
        on(new Event.SchedulerUp());
        on(new Event.Held(BLOB, SIZE));
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        on(new Event.Evicted(BLOB));
        assertThat(toldScheduler(AgentMessage.Evicted.class)).hasSize(1);
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        assertThat(done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 0, -1));
    }

    @Test
    void linksWithAPardonedHostAgain() {
        placedUnder(P, Q);
        on(new Event.FromScheduler(new SchedulerMessage.Shun(P.host())));
        on(new Event.FromScheduler(new SchedulerMessage.Pardon(P.host())));
        assertThat(done(Command.Pardon.class)).hasSize(1);
        done.clear();
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(), List.of(P), 2, List.of())));
        assertThat(done(Command.Connect.class)).hasSize(1);
    }

    /** The scheduler may not have believed the accusation, or be another one by now: nobody else would end it. */
    @Test
    void forgivesAfterSomeTimeWhomItHasCaughtItself() {
        placedUnder(P, Q);
        on(new Event.Lied(P.host(), BLOB));
        after(9 * 60_000);
        assertThat(done(Command.Pardon.class)).isEmpty();
        after(2 * 60_000);
        assertThat(done(Command.Pardon.class)).containsExactly(new Command.Pardon(P.host()));
    }

    @Test
    void leavesItToTheSchedulerToPardonWhomItHasShunned() {
        placedUnder(P, Q);
        on(new Event.FromScheduler(new SchedulerMessage.Shun(P.host())));
        after(20 * 60_000);
        assertThat(done(Command.Pardon.class)).isEmpty();
        on(new Event.FromScheduler(new SchedulerMessage.Welcome(1, "another", List.of(SELF), List.of())));
        after(11 * 60_000);
        assertThat(done(Command.Pardon.class)).as("a scheduler that never heard of it").hasSize(1);
    }

    /** Its scheduler does not listen to it any more; its runtimes get their images all the same. */
    @Test
    void readsTheOriginByRankWhenItIsShunnedItself() {
        placedUnder(P, Q);
        on(new Event.FromScheduler(new SchedulerMessage.Shun(SELF.host())));
        after(5_000);
        assertThat(done(Command.ReadOrigin.class)).isNotEmpty();
        done.clear();
        on(new Event.FromScheduler(new SchedulerMessage.Pardon(SELF.host())));
        assertThat(toldScheduler(AgentMessage.Hello.class)).hasSize(1);
        assertThat(toldScheduler(AgentMessage.Join.class)).hasSize(1);
    }

    @Test
    void servesWhatItHoldsAndDeclinesTheRest() {
        on(new Event.Held(BLOB, SIZE));
        on(new Event.PeerUp(Q));
        hear(Q, new PeerMessage.Follow(BLOB));
        assertThat(done(Command.Announce.class)).containsExactly(
                new Command.Announce(List.of(Q.host()), BLOB, ChunkSet.ofRange(0, CHUNKS)));
        on(new Event.Asked(Q.host(), Q.address(), 1, BLOB, 3, CHUNK, Urgency.NORMAL));
        assertThat(done(Command.Serve.class)).containsExactly(new Command.Serve(Q.host(), 1));
        on(new Event.Evicted(BLOB));
        on(new Event.Asked(Q.host(), Q.address(), 2, BLOB, 3, CHUNK, Urgency.NORMAL));
        assertThat(done(Command.Decline.class)).containsExactly(new Command.Decline(Q.host(), 2, Command.Decline.Reason.MISSING));
    }

    @Test
    void answersWithdrawalOfQueuedRequest() {
        on(new Event.Held(BLOB, SIZE));
        on(new Event.PeerUp(Q));
        for (int i = 1; i <= 3; i++) {
            on(new Event.Asked(Q.host(), Q.address(), i, BLOB, i, CHUNK, Urgency.NORMAL));
        }
        assertThat(done(Command.Serve.class)).hasSize(2);
        hear(Q, new PeerMessage.Cancel(3));
        hear(Q, new PeerMessage.Cancel(1));
        assertThat(done(Command.Decline.class)).containsExactly(new Command.Decline(Q.host(), 3, Command.Decline.Reason.WITHDRAWN));
    }

    @Test
    void complainsWhenNothingComesAndNamesWhoWasSilent() {
        begin();
        on(new Event.FromScheduler(
                new SchedulerMessage.Place(BLOB, SIZE, List.of(Optional.of(P.host()), Optional.of(P.host())), List.of(P), 2, List.of())));
        on(new Event.PeerDown(P.host()));
        after(2_000);
        assertThat(toldScheduler(AgentMessage.Stuck.class)).contains(new AgentMessage.Stuck(BLOB, Set.of(P.host()), Set.of()));
    }

    @Test
    void forgetsBlobThatNobodyReadsForLong() {
        begin();
        on(new Event.ReaderClosed(BLOB, 1));
        after(20_000);
        assertThat(toldScheduler(AgentMessage.Leave.class)).isEmpty();
        after(15_000);
        assertThat(toldScheduler(AgentMessage.Leave.class)).hasSize(1);
        assertThat(done(Command.End.class)).hasSize(1);
    }

    @Test
    void doesNotAskTheSchedulerAgainForFurtherReaders() {
        begin();
        on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        on(new Event.ReaderOpened(BLOB, 3, CHUNK, 2 * CHUNK, true));
        assertThat(toldScheduler(AgentMessage.Join.class)).hasSize(1);
    }

    @Test
    void asksForLazyReadersChunkFirst() {
        placedUnder(P, Q);
        on(new Event.ReaderOpened(BLOB, 2, 15L * CHUNK, 15L * CHUNK + 10, false));
        have(Q, ChunkSet.ofRange(10, CHUNKS));
        after(2_000);
        assertThat(done(Command.Fetch.class).getFirst().chunk()).isEqualTo(15);
        assertThat(done(Command.Fetch.class).getFirst().urgency()).isEqualTo(Urgency.URGENT);
    }

    @Test
    void neitherBelievesSizesThatOthersNameNorUsesWhatTheyOfferForThem() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, 7, List.of(), List.of(P, Q), 2, List.of())));
        on(new Event.PeerUp(P));
        on(new Event.PeerUp(Q));
        hear(P, new PeerMessage.Have(BLOB, ChunkLayout.LARGEST_BLOB, 1, ChunkSet.of(0), List.of(), List.of()));
        have(Q, ChunkSet.of(3));
        after(300);
        assertThat(done(Command.Fetch.class)).isEmpty();
        on(new Event.Sized(BLOB, SIZE));
        after(600);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk, Command.Fetch::offset)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Q.host(), 3, 3L * CHUNK));
    }

    @Test
    void beginsAnewWhenTheSizeTurnsOutToBeAnother() {
        begin();
        on(new Event.Sized(BLOB, SIZE));
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
        on(new Event.Gained(BLOB, ChunkSet.ofRange(0, 5)));
        on(new Event.OriginProgress(BLOB, 3, SIZE, 5));
        on(new Event.Sized(BLOB, 2L * CHUNK));
        done.clear();
        on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, 0, 0));
        assertThat(done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 0, -1));
        on(new Event.PeerUp(Q));
        on(new Event.Asked(Q.host(), Q.address(), 1, BLOB, 1, CHUNK, Urgency.NORMAL));
        assertThat(done(Command.Decline.class)).as("what was here was cut wrongly").hasSize(1);
    }

    @Test
    void forgetsASizeThatTurnedOutToBeFalse() {
        begin();
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, -1, List.of(), List.of(P, Q), 2, List.of())));
        on(new Event.PeerUp(P));
        on(new Event.PeerUp(Q));
        hear(P, new PeerMessage.Have(BLOB, 10, 1, ChunkSet.of(0), List.of(), List.of()));
        hear(Q, new PeerMessage.Have(BLOB, 12, 1, ChunkSet.of(0), List.of(), List.of()));
        on(new Event.Sized(BLOB, 10));
        after(600);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::length)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(P.host(), 10));
        on(new Event.Fetched(done(Command.Fetch.class).getFirst().request(), FetchOutcome.CORRUPT));
        on(new Event.Sized(BLOB, -1));
        done.clear();
        on(new Event.Sized(BLOB, 12));
        after(600);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::length)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Q.host(), 12));
    }
}
