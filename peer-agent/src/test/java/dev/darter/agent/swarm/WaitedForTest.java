package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNK;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** What is asked of neighbours for readers of parts of a blob. */
final class WaitedForTest {

    private final EngineFixture host = new EngineFixture();

    /** A reader of these chunks that wants nothing else. */
    private void partsOnly(long number, int firstChunk, int lastChunk, boolean isAhead) {
        host.on(new Event.ReaderOpened(BLOB, number, (long) firstChunk * CHUNK, (long) (lastChunk + 1) * CHUNK, true, isAhead, false));
    }

    @Test
    void asksANeighbourThatHasItAheadOfEverythingElse() {
        host.begin();
        host.reader(30, 31);
        host.placedAmong(Optional.of(P), P, Q);
        host.have(Q, 5, 6, 30, 31);
        host.on(new Event.Fetched(host.done(Command.Fetch.class).getFirst().request(), FetchOutcome.STORED));
        List<Command.Fetch> fetches = host.done(Command.Fetch.class);
        assertThat(fetches.subList(0, 2)).extracting(Command.Fetch::chunk).containsExactlyInAnyOrder(30, 31);
        assertThat(fetches.subList(0, 2)).extracting(Command.Fetch::urgency).containsOnly(Urgency.URGENT);
    }

    @Test
    void asksAHostThatJustGotItRatherThanOneThatIsAskedAlready() {
        host.begin();
        partsOnly(1, 30, 33, false);
        host.placedAmong(Optional.of(P), P, Q);
        host.have(P, 30, 31, 32, 33);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from).containsExactly(P.host());
        int other = host.done(Command.Fetch.class).getFirst().chunk() == 33 ? 32 : 33;
        host.have(Q, other);
        assertThat(host.done(Command.Fetch.class)).hasSize(2);
        assertThat(host.done(Command.Fetch.class).getLast()).extracting(Command.Fetch::from, Command.Fetch::chunk)
                .containsExactly(Q.host(), other);
    }

    @Test
    void waitsForANeighbourInItsZoneRatherThanAskInAnother() {
        Member far = member("far", "elsewhere");
        host.begin();
        partsOnly(1, 30, 32, false);
        host.placedAmong(Optional.of(P), P, Q, far);
        host.have(P, 30, 31);
        host.have(far, 30, 31, 32);
        assertThat(host.done(Command.Fetch.class)).hasSize(2);
        assertThat(host.done(Command.Fetch.class)).filteredOn(it -> it.from().equals(far.host()))
                .extracting(Command.Fetch::chunk)
                .containsExactly(32);
    }

    @Test
    void asksForAllInTheOrderOfTheBytesWhereNobodyElseLacksThem() {
        host.begin();
        partsOnly(1, 30, 35, false);
        host.placedAmong(Optional.of(P), P);
        host.have(P, 30, 31, 32, 33, 34, 35);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactly(30, 31, 32, 33, 34, 35);
    }

    @Test
    void asksAllWhoHaveItForAsMuch() {
        host.begin();
        partsOnly(1, 30, 33, false);
        host.placedAmong(Optional.of(P), P, Q);
        host.have(P, 30, 31, 32, 33);
        host.have(Q, 30, 31, 32, 33);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from)
                .containsExactlyInAnyOrder(P.host(), P.host(), Q.host(), Q.host());
    }

    @Test
    void drawsNoLotsBetweenWhatIsWaitedForAndWhatIsReadAhead() {
        host.begin();
        partsOnly(1, 0, 11, true);
        partsOnly(2, 30, 31, false);
        host.placedAmong(Optional.of(P), P, Q);
        host.have(P, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 30, 31);
        host.on(new Event.Fetched(host.done(Command.Fetch.class).getFirst().request(), FetchOutcome.STORED));
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactlyInAnyOrder(30, 31);
    }

    @Test
    void hasARequestThatWaitsInAQueueServedNow() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.placedAmong(Optional.of(P), P, Q);
        host.have(P, 0, 1);
        Command.Fetch waiting = host.done(Command.Fetch.class).getFirst();
        assertThat(waiting.urgency()).isEqualTo(Urgency.NORMAL);
        host.on(new Event.ReaderOpened(BLOB, 1, 0, 10, true));
        host.on(new Event.Tick());
        assertThat(host.told(P, PeerMessage.Urgent.class)).containsExactly(new PeerMessage.Urgent(waiting.request()));
    }

    @Test
    void passesTheWishOnTowardsTheReaderOfTheOriginAndRepeatsIt() {
        host.begin();
        host.reader(39, 39);
        host.placedAmong(Optional.of(P), P, Q);
        host.on(new Event.Tick());
        assertThat(host.told(P, PeerMessage.Want.class)).containsExactly(new PeerMessage.Want(BLOB, ChunkSet.of(39)));
        host.after(500);
        assertThat(host.told(P, PeerMessage.Want.class)).hasSize(1);
        host.after(700);
        assertThat(host.told(P, PeerMessage.Want.class)).hasSize(2);
        assertThat(host.told(Q, PeerMessage.Want.class)).isEmpty();
        host.have(P, 39);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk, Command.Fetch::urgency)
                .containsExactly(tuple(39, Urgency.URGENT));
    }

    @Test
    void asksForWhatAChildWaitsForAsIfItWereItsOwn() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.placedAmong(Optional.of(P), P, Q);
        host.hear(Q, new PeerMessage.Want(BLOB, ChunkSet.of(38)));
        assertThat(host.told(P, PeerMessage.Want.class)).containsExactly(new PeerMessage.Want(BLOB, ChunkSet.of(38)));
        host.have(P, 38);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk, Command.Fetch::urgency)
                .containsExactly(tuple(P.host(), 38, Urgency.URGENT));
    }
}
