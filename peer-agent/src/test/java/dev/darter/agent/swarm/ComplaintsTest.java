package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNKS;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** What a host that gets nothing, or nothing that is true, says to the scheduler. */
final class ComplaintsTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void complainsWhenNothingComesAndNamesWhoWasSilent() {
        host.pull();
        host.on(new Event.FromScheduler(
                new SchedulerMessage.Place(BLOB, SIZE, List.of(Optional.of(P.host()), Optional.of(P.host())), List.of(P), 2, List.of())));
        host.on(new Event.PeerDown(P.host()));
        host.after(2_000);
        assertThat(host.toldScheduler(AgentMessage.Stuck.class)).contains(new AgentMessage.Stuck(BLOB, Set.of(P.host()), Set.of()));
    }

    @Test
    void saysAtOnceThatTheLastChunkEndsNoChain() {
        host.placedUnder(P, Q);
        ChunkSet all = ChunkSet.ofRange(0, CHUNKS - 1);
        host.on(new Event.Gained(BLOB, all));
        host.have(P, ChunkSet.of(CHUNKS - 1));
        host.on(new Event.Fetched(host.done(Command.Fetch.class).getLast().request(), FetchOutcome.UNCLOSED));
        assertThat(host.told(P, PeerMessage.Rejected.class)).hasSize(1);
        host.on(new Event.Tick());
        host.on(new Event.Tick());
        assertThat(host.toldScheduler(AgentMessage.Stuck.class)).containsExactly(new AgentMessage.Stuck(BLOB, Set.of(), Set.of(P.host())));
    }

    @Test
    void asksAnotherForTheLastChunkBeforeItComplains() {
        host.placedUnder(P, Q);
        host.on(new Event.Gained(BLOB, ChunkSet.ofRange(0, CHUNKS - 1)));
        host.have(P, ChunkSet.of(CHUNKS - 1));
        host.have(Q, ChunkSet.of(CHUNKS - 1));
        Command.Fetch first = host.done(Command.Fetch.class).getLast();
        host.on(new Event.Fetched(first.request(), FetchOutcome.UNCLOSED));
        host.after(400);
        assertThat(host.toldScheduler(AgentMessage.Stuck.class)).isEmpty();
        assertThat(host.done(Command.Fetch.class).getLast().from()).isNotEqualTo(first.from());
    }
}
