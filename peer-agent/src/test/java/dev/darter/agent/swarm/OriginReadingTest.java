package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNKS;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static dev.darter.agent.swarm.EngineFixture.leaseKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;

/** Reading the origin under a lease. */
final class OriginReadingTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void readsTheOriginUnderLeaseOnlyWhatNobodyHas() {
        host.placedUnder(P, Q);
        host.have(Q, ChunkSet.of(5, 6));
        host.on(new Event.Gained(BLOB, ChunkSet.ofRange(0, 4)));
        host.forget();
        host.lease(3, 4);
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 4, 5));
        host.forget();
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, 5, 0));
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 7, -1));
    }

    @Test
    void tellsTheSchedulerWhyLeaseEnded() {
        host.pull();
        host.lease(3, 0);
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.THROTTLED, 0, 5_000));
        assertThat(host.toldScheduler(AgentMessage.LeaseEnd.class))
                .containsExactly(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.THROTTLED, 0, 5_000));
        assertThat(host.done(Command.FailReaders.class)).isEmpty();
    }

    /** A key for each lease, told at once: a key that is withdrawn for one lease says nothing of what was read under another. */
    @Test
    void tellsTheKeyOfEachLeaseBeforeItReads() {
        host.pull();
        host.lease(3, 0);
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.UNAVAILABLE, 0, 0));
        host.lease(4, 0);
        assertThat(host.toldScheduler(AgentMessage.LeaseProgress.class)).extracting(AgentMessage.LeaseProgress::key)
                .containsExactly(leaseKey(BLOB, 3), leaseKey(BLOB, 4));
    }

    @Test
    void failsReadersWhoseCredentialsTheOriginRefuses() {
        host.pull();
        host.lease(3, 0);
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.DENIED, 0, 0));
        assertThat(host.done(Command.FailReaders.class)).extracting(Command.FailReaders::reason).containsExactly(Failure.DENIED);
    }

    /** It named a chunk just before it froze, and had it alone: until it is taken as silent its successor goes on behind that chunk. */
    @Test
    void readsWhatOnlyTheFrozenHolderHadWhileItReadsInOrder() {
        succeedFrozen();
        readInOrder(11, 30);
        assertThat(host.done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 10, 11));
        assertReadingInOrderWentOn();
    }

    @Test
    void readsAHoleOnce() {
        succeedFrozen();
        readInOrder(11, 30);
        host.after(3_000, Q);
        assertThat(host.done(Command.ReadAlone.class)).as("while it is being read").hasSize(1);
        host.on(new Event.Gained(BLOB, ChunkSet.of(10)));
        host.on(new Event.AloneEnded(BLOB, 3, 10, Outcome.DONE, 0));
        readInOrder(30, CHUNKS);
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, CHUNKS, 0));
        host.after(3_000, Q);
        assertThat(host.done(Command.ReadAlone.class)).hasSize(1);
        assertReadingInOrderWentOn();
    }

    @Test
    void leavesWhatANeighbourHasThatWasAwayForAMoment() {
        succeedFrozen();
        readInOrder(11, 20);
        assertThat(host.done(Command.Abandon.class)).as("it is taken as silent").hasSize(1);
        for (int chunk = 20; chunk < 35; chunk++) {
            host.hear(P, new PeerMessage.Load(0, 1, 0));
            readInOrder(chunk, chunk + 1);
        }
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk).containsOnly(tuple(P.host(), 10));
    }

    @Test
    void countsTheTimeOfEachHoleByItself() {
        succeedFrozen();
        readInOrder(11, 22);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        host.hear(Q, new PeerMessage.Lost(BLOB, ChunkSet.of(9)));
        host.on(new Event.Lost(BLOB, ChunkSet.of(9)));
        readInOrder(22, 26);
        assertThat(host.done(Command.ReadAlone.class)).containsExactly(new Command.ReadAlone(BLOB, 3, 10, 11));
    }

    @Test
    void readsInOrderToTheEndWhatItBeganWithACallerThoughThereIsAHole() {
        succeedFrozen();
        host.on(new Event.ReaderClosed(BLOB, 1));
        readInOrder(11, CHUNKS);
        assertThat(host.done(Command.ReadAlone.class)).isEmpty();
        assertReadingInOrderWentOn();
    }

    @Test
    void comesBackToAHoleThatTheOriginCantSendAlone() {
        succeedFrozen();
        readInOrder(11, 30);
        host.on(new Event.AloneEnded(BLOB, 3, 10, Outcome.GIVEN_UP, 0));
        readInOrder(30, CHUNKS);
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, CHUNKS, 0));
        host.after(300, Q);
        assertThat(host.done(Command.ReadAlone.class)).hasSize(1);
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 11, -1),
                new Command.ReadOrigin(BLOB, 3, 10, 11));
    }

    /** P has read up to chunk 10, and named it; nobody else has that, and P will not say anything again. */
    private void succeedFrozen() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.ofRange(0, 11));
        host.have(Q, ChunkSet.ofRange(0, 10));
        host.on(new Event.Gained(BLOB, ChunkSet.ofRange(0, 10)));
        host.forget();
        host.lease(3, 10);
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 11, -1));
    }

    /** Ten chunks a second come from the origin, and Q lives. */
    private void readInOrder(int from, int to) {
        for (int chunk = from; chunk < to; chunk++) {
            host.after(100, Q);
            host.on(new Event.Gained(BLOB, ChunkSet.of(chunk)));
            host.on(new Event.OriginProgress(BLOB, 3, SIZE, chunk + 1));
        }
    }

    private void assertReadingInOrderWentOn() {
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
        assertThat(host.done(Command.StopOrigin.class)).isEmpty();
        assertThat(host.toldScheduler(AgentMessage.LeaseEnd.class)).isEmpty();
    }
}
