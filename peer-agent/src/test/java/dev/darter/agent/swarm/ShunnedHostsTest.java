package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNK;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SELF;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** Hosts that were caught lying, and their pardon. */
final class ShunnedHostsTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void accusesNeighbourThatSendsFalseChunksTwice() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(0, 1));
        List<Command.Fetch> fetches = host.done(Command.Fetch.class);
        host.on(new Event.Fetched(fetches.get(0).request(), FetchOutcome.CORRUPT));
        assertThat(host.toldScheduler(AgentMessage.Accuse.class)).isEmpty();
        host.on(new Event.Fetched(fetches.get(1).request(), FetchOutcome.CORRUPT));
        assertThat(host.toldScheduler(AgentMessage.Accuse.class)).extracting(AgentMessage.Accuse::accused).containsExactly(P.host());
        assertThat(host.told(P, PeerMessage.Rejected.class)).hasSize(2);
    }

    @Test
    void cutsLinkWithShunnedHost() {
        host.placedUnder(P, Q);
        host.on(new Event.FromScheduler(new SchedulerMessage.Shun(P.host())));
        assertThat(host.done(Command.Shun.class)).hasSize(1);
        assertThat(host.done(Command.Disconnect.class)).hasSize(1);
        host.on(new Event.Asked(P.host(), P.address(), 1, BLOB, 0, CHUNK, Urgency.NORMAL));
        assertThat(host.done(Command.Decline.class)).hasSize(1);
    }

    @Test
    void linksWithAPardonedHostAgain() {
        host.placedUnder(P, Q);
        host.on(new Event.FromScheduler(new SchedulerMessage.Shun(P.host())));
        host.on(new Event.FromScheduler(new SchedulerMessage.Pardon(P.host())));
        assertThat(host.done(Command.Pardon.class)).hasSize(1);
        host.forget();
        host.on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(), List.of(P), 2, List.of())));
        assertThat(host.done(Command.Connect.class)).hasSize(1);
    }

    /** The scheduler may not have believed the accusation, or be another one by now: nobody else would end it. */
    @Test
    void forgivesAfterSomeTimeWhomItHasCaughtItself() {
        host.placedUnder(P, Q);
        host.on(new Event.Lied(P.host(), BLOB));
        host.after(9 * 60_000);
        assertThat(host.done(Command.Pardon.class)).isEmpty();
        host.after(2 * 60_000);
        assertThat(host.done(Command.Pardon.class)).containsExactly(new Command.Pardon(P.host()));
    }

    @Test
    void leavesItToTheSchedulerToPardonWhomItHasShunned() {
        host.placedUnder(P, Q);
        host.on(new Event.FromScheduler(new SchedulerMessage.Shun(P.host())));
        host.after(20 * 60_000);
        assertThat(host.done(Command.Pardon.class)).isEmpty();
        host.on(new Event.FromScheduler(new SchedulerMessage.Welcome(1, "another", List.of(SELF), List.of())));
        host.after(11 * 60_000);
        assertThat(host.done(Command.Pardon.class)).as("a scheduler that never heard of it").hasSize(1);
    }
}
