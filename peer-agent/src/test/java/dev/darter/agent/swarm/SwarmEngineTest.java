package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNK;
import static dev.darter.agent.swarm.EngineFixture.CHUNKS;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;

/** How a download begins and ends, and what is given to others meanwhile. */
final class SwarmEngineTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void doesNotAskTheSchedulerAgainForFurtherReaders() {
        host.pull();
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        host.on(new Event.ReaderOpened(BLOB, 3, CHUNK, 2 * CHUNK, true));
        assertThat(host.toldScheduler(AgentMessage.Join.class)).hasSize(1);
    }

    /** Whoever reads what is proven reads a file, and tells the engine no more. */
    @Test
    void asksTheSchedulerAnewForWhatItHasLostSoonAfterItCame() {
        host.pull();
        host.on(new Event.Proven(BLOB, SIZE));
        host.on(new Event.Evicted(BLOB));
        host.on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 2, 0, -1, true));
        assertThat(host.toldScheduler(AgentMessage.Join.class)).hasSize(2);
    }

    /** The store tells of the loss on a thread of its own. */
    @Test
    void downloadsAgainWhatItHasLostAlsoWhenItHearsOfTheLossLater() {
        host.on(new Event.SchedulerUp());
        host.on(new Event.Held(BLOB, SIZE));
        host.on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.on(new Event.Evicted(BLOB));
        assertThat(host.toldScheduler(AgentMessage.Evicted.class)).hasSize(1);
        host.lease(3, 0);
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 0, -1));
    }

    @Test
    void forgetsBlobThatNobodyReadsForLong() {
        host.pull();
        host.on(new Event.ReaderClosed(BLOB, 1));
        host.after(20_000);
        assertThat(host.toldScheduler(AgentMessage.Leave.class)).isEmpty();
        host.after(15_000);
        assertThat(host.toldScheduler(AgentMessage.Leave.class)).hasSize(1);
        assertThat(host.done(Command.End.class)).hasSize(1);
    }

    @Test
    void servesWhatItHoldsAndDeclinesTheRest() {
        host.on(new Event.Held(BLOB, SIZE));
        host.on(new Event.PeerUp(Q));
        host.hear(Q, new PeerMessage.Follow(BLOB));
        assertThat(host.done(Command.Announce.class)).containsExactly(
                new Command.Announce(List.of(Q.host()), BLOB, ChunkSet.ofRange(0, CHUNKS)));
        host.on(new Event.Asked(Q.host(), Q.address(), 1, BLOB, 3, CHUNK, Urgency.NORMAL));
        assertThat(host.done(Command.Serve.class)).containsExactly(new Command.Serve(Q.host(), 1));
        host.on(new Event.Evicted(BLOB));
        host.on(new Event.Asked(Q.host(), Q.address(), 2, BLOB, 3, CHUNK, Urgency.NORMAL));
        assertThat(host.done(Command.Decline.class)).containsExactly(new Command.Decline(Q.host(), 2, Command.Decline.Reason.MISSING));
    }

    @Test
    void answersWithdrawalOfQueuedRequest() {
        host.on(new Event.Held(BLOB, SIZE));
        host.on(new Event.PeerUp(Q));
        for (int i = 1; i <= 3; i++) {
            host.on(new Event.Asked(Q.host(), Q.address(), i, BLOB, i, CHUNK, Urgency.NORMAL));
        }
        assertThat(host.done(Command.Serve.class)).hasSize(2);
        host.hear(Q, new PeerMessage.Cancel(3));
        host.hear(Q, new PeerMessage.Cancel(1));
        assertThat(host.done(Command.Decline.class)).containsExactly(new Command.Decline(Q.host(), 3, Command.Decline.Reason.WITHDRAWN));
    }

    @Test
    void saysOftenThatItIsAliveWhileOthersDependOnIt() {
        host.on(new Event.SchedulerUp());
        host.on(new Event.Held(BLOB, SIZE));
        host.after(10_000);
        assertThat(host.toldScheduler(AgentMessage.Alive.class)).hasSizeLessThan(4);
        host.forget();
        host.on(new Event.PeerUp(Q));
        host.hear(Q, new PeerMessage.Follow(BLOB));
        host.after(10_000);
        assertThat(host.toldScheduler(AgentMessage.Alive.class)).hasSizeGreaterThanOrEqualTo(15);
    }
}
