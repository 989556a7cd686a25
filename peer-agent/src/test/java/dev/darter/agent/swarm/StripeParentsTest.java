package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SELF;
import static dev.darter.agent.swarm.EngineFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** Parents and children in the stripe trees. */
final class StripeParentsTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void asksForPlaceAndLinksWithParents() {
        host.pull();
        assertThat(host.toldScheduler(AgentMessage.Join.class)).hasSize(1);
        host.on(new Event.FromScheduler(
                new SchedulerMessage.Place(BLOB, -1, List.of(Optional.of(P.host()), Optional.empty()), List.of(P, Q), 2, List.of())));
        assertThat(host.done(Command.Connect.class)).extracting(Command.Connect::peer).containsExactly(P, Q);
        host.on(new Event.PeerUp(P));
        assertThat(host.told(P, PeerMessage.Follow.class)).hasSize(1);
        assertThat(host.told(P, PeerMessage.Adopt.class)).containsExactly(new PeerMessage.Adopt(BLOB, 0));
    }

    @Test
    void asksParentAsSoonAsItNamesChunk() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(4));
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk)
                .containsExactly(tuple(P.host(), 4));
    }

    @Test
    void movesFromLostParentAtOnceAndTellsTheScheduler() {
        host.placedUnder(P, Q);
        host.on(new Event.PeerDown(P.host()));
        assertThat(host.told(Q, PeerMessage.Adopt.class)).hasSize(2);
        assertThat(host.toldScheduler(AgentMessage.Moved.class)).contains(new AgentMessage.Moved(BLOB, 0, P.host(), Q.host()));
    }

    @Test
    void doesNotMoveBelowItself() {
        host.placedUnder(P, Q);
        host.hear(Q, new PeerMessage.Path(BLOB, 0, List.of(SELF.host(), P.host())));
        host.hear(Q, new PeerMessage.Path(BLOB, 1, List.of(SELF.host(), P.host())));
        host.on(new Event.PeerDown(P.host()));
        assertThat(host.told(Q, PeerMessage.Adopt.class)).isEmpty();
    }

    @Test
    void refusesOneChildTooMany() {
        host.placedUnder(P, Q);
        for (int i = 0; i < 8; i++) {
            Member child = member("child" + i);
            host.on(new Event.PeerUp(child));
            host.hear(child, new PeerMessage.Adopt(BLOB, i % 2));
        }
        assertThat(host.told(member("child0"), PeerMessage.Refuse.class)).isEmpty();
        assertThat(host.told(member("child7"), PeerMessage.Refuse.class)).hasSize(1);
    }
}
