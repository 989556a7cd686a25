package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.leaseKey;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkSet;

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
}
