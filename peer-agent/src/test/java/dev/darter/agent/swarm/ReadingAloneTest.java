package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNK;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** What the holder of the lease reads from the origin for readers of parts of a blob. */
final class ReadingAloneTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void readsItFromTheOriginAheadOfTheRestAndNotTwice() {
        host.begin();
        host.reader(39, 39);
        host.lease(3, 0);
        assertThat(host.done()).filteredOn(it -> it instanceof Command.ReadAlone || it instanceof Command.ReadOrigin)
                .containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40), new Command.ReadOrigin(BLOB, 3, 0, 39));
        host.after(100);
        host.on(new Event.Gained(BLOB, ChunkSet.of(39)));
        host.on(new Event.AloneEnded(BLOB, 3, 39, Outcome.DONE, 0));
        host.after(1_000);
        assertThat(host.done(Command.ReadAlone.class)).hasSize(1);
    }

    @Test
    void readsToItsEndWhatWasAskedForWhileTheCallerWasThere() {
        host.begin();
        host.reader(39, 39);
        host.lease(3, 0);
        host.on(new Event.Gained(BLOB, ChunkSet.of(39)));
        host.on(new Event.AloneEnded(BLOB, 3, 39, Outcome.DONE, 0));
        host.on(new Event.ReaderClosed(BLOB, 1));
        host.after(10_000);
        assertThat(host.done(Command.StopOrigin.class)).isEmpty();
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.UNAVAILABLE, 5, 0));
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void hearsWhatNeighboursHaveBeforeItAsksTheOrigin() {
        host.begin();
        host.placedAmong(Optional.of(P), P);
        host.reader(39, 39);
        host.lease(3, 0);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        host.have(P, 39);
        host.after(300);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactly(39);
    }

    @Test
    void asksTheOriginWhenNeighboursHaveNothing() {
        host.begin();
        host.placedAmong(Optional.of(P), P);
        host.reader(39, 39);
        host.lease(3, 0);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        host.hear(P, new PeerMessage.Lacks(BLOB));
        host.on(new Event.Tick());
        assertThat(host.done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
    }

    @Test
    void doesNotWaitLongForNeighboursThatSayNothing() {
        host.begin();
        host.placedAmong(Optional.of(P), P);
        host.reader(39, 39);
        host.lease(3, 0);
        host.after(450);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        host.after(110);
        assertThat(host.done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
    }

    @Test
    void waitsForNeighboursThatAreBeingReached() {
        host.begin();
        host.on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(), List.of(P), 2, List.of())));
        host.reader(39, 39);
        host.lease(3, 0);
        host.after(300);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        host.on(new Event.PeerUp(P));
        host.have(P, 39);
        host.after(300);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsExactly(39);
    }

    @Test
    void doesNotWaitForNeighboursThatCannotBeReached() {
        host.begin();
        host.on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(), List.of(P), 2, List.of())));
        host.reader(39, 39);
        host.lease(3, 0);
        host.on(new Event.PeerDown(P.host()));
        assertThat(host.done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
    }

    @Test
    void readsPartsOutOfOrderWhileTheRestIsBeingRead() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.lease(3, 0);
        host.on(new Event.OriginProgress(BLOB, 3, SIZE, 2));
        host.forget();
        host.on(new Event.ReaderOpened(BLOB, 1, 20L * CHUNK, 22L * CHUNK, true));
        host.on(new Event.ReaderOpened(BLOB, 3, 30L * CHUNK, 30L * CHUNK + 1, true));
        assertThat(host.done(Command.ReadAlone.class)).containsExactlyInAnyOrder(new Command.ReadAlone(BLOB, 3, 20, 22),
                new Command.ReadAlone(BLOB, 3, 30, 31));
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
    }

    @Test
    void leavesToTheReadingInOrderWhatItComesToInAMoment() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.lease(3, 0);
        host.on(new Event.ReaderOpened(BLOB, 1, 100, 200, true));
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
    }

    @Test
    void readsAloneWhatHostsBelowWaitForAndTellsThemAtOnce() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.lease(3, 0);
        host.placedAmong(Optional.empty(), P, Q);
        host.hear(P, new PeerMessage.Lacks(BLOB));
        host.hear(Q, new PeerMessage.Lacks(BLOB));
        host.hear(P, new PeerMessage.Want(BLOB, ChunkSet.of(39, 4000)));
        assertThat(host.done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 39, 40));
        host.forget();
        host.on(new Event.Gained(BLOB, ChunkSet.of(39)));
        assertThat(host.done(Command.Announce.class)).containsExactly(new Command.Announce(List.of(P.host()), BLOB, ChunkSet.of(39)));
    }

    @Test
    void leavesTheOriginToAHostThatWaitsWhenItHasNoCallerItself() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.lease(3, 0);
        host.placedAmong(Optional.empty(), P);
        host.hear(P, new PeerMessage.Lacks(BLOB));
        host.on(new Event.ReaderClosed(BLOB, 2));
        host.after(5_000);
        assertThat(host.done(Command.StopOrigin.class)).isEmpty();
        host.hear(P, new PeerMessage.Want(BLOB, ChunkSet.of(39)));
        assertThat(host.done(Command.TellScheduler.class)).extracting(Command.TellScheduler::message)
                .contains(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.GIVEN_UP, 0, 0));
        assertThat(host.done(Command.StopOrigin.class)).hasSize(1);
    }

    @Test
    void stopsAskingAnOriginThatCantSendParts() {
        host.begin();
        host.reader(39, 39);
        host.lease(3, 0);
        host.on(new Event.AloneEnded(BLOB, 3, 39, Outcome.GIVEN_UP, 0));
        host.after(5_000);
        assertThat(host.done(Command.ReadAlone.class)).hasSize(1);
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, 39, 0));
        assertThat(host.done(Command.ReadOrigin.class)).endsWith(new Command.ReadOrigin(BLOB, 3, 39, -1));
    }

    @Test
    void triesAgainAfterAFailureWithLongerAndLongerPauses() {
        host.begin();
        host.reader(39, 39);
        host.lease(3, 0);
        host.on(new Event.AloneEnded(BLOB, 3, 39, Outcome.UNAVAILABLE, 0));
        host.after(400);
        assertThat(host.done(Command.ReadAlone.class)).hasSize(1);
        host.after(200);
        assertThat(host.done(Command.ReadAlone.class)).hasSize(2);
    }

    @Test
    void givesTheLeaseBackWhenTheOriginWantsToBeLeftAlone() {
        host.begin();
        host.reader(39, 39);
        host.lease(3, 0);
        host.on(new Event.AloneEnded(BLOB, 3, 39, Outcome.THROTTLED, 7_000));
        assertThat(host.done(Command.TellScheduler.class)).extracting(Command.TellScheduler::message)
                .contains(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.THROTTLED, 0, 7_000));
    }

    @Test
    void stopsReadingWhenTheLeaseIsAnothersNow() {
        host.begin();
        host.reader(39, 39);
        host.lease(3, 0);
        host.on(new Event.FromScheduler(new SchedulerMessage.Revoke(BLOB, 3)));
        assertThat(host.done(Command.StopOrigin.class)).containsExactly(new Command.StopOrigin(BLOB, 3));
    }
}
