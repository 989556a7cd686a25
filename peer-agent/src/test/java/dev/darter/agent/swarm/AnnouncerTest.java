package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static dev.darter.agent.swarm.EngineFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** What neighbours tell each other of what they have. */
final class AnnouncerTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void announcesGainsToChildrenAtOnceAndToOthersInBundles() {
        host.placedUnder(P, Q);
        host.hear(Q, new PeerMessage.Follow(BLOB));
        Member child = member("child");
        host.on(new Event.PeerUp(child));
        host.hear(child, new PeerMessage.Follow(BLOB));
        host.hear(child, new PeerMessage.Adopt(BLOB, 0));
        host.forget();
        host.on(new Event.Gained(BLOB, ChunkSet.of(2)));
        assertThat(host.done(Command.Announce.class)).extracting(Command.Announce::to).containsExactly(List.of(child.host()));
        host.after(100);
        assertThat(host.done(Command.Announce.class)).extracting(Command.Announce::to).contains(List.of(Q.host()));
    }

    @Test
    void answersWhoeverFollowsInVain() {
        host.on(new Event.PeerUp(P));
        host.hear(P, new PeerMessage.Follow(BLOB));
        assertThat(host.told(P, PeerMessage.Lacks.class)).containsExactly(new PeerMessage.Lacks(BLOB));
        host.on(new Event.Held(BLOB, SIZE));
        host.forget();
        host.hear(P, new PeerMessage.Follow(BLOB));
        assertThat(host.told(P, PeerMessage.Lacks.class)).isEmpty();
    }

    /** A neighbour that is not told of a loss would take this host for one that has the chunk, and never say where it can be had. */
    @Test
    void takesBackWhatItLostAndTellsItAgain() {
        host.placedUnder(P, Q);
        host.hear(Q, new PeerMessage.Follow(BLOB));
        host.on(new Event.Gained(BLOB, ChunkSet.of(0, 1)));
        host.on(new Event.Tick());
        host.on(new Event.Lost(BLOB, ChunkSet.of(1)));
        assertThat(host.done(Command.Retract.class)).containsExactly(new Command.Retract(List.of(Q.host()), BLOB, ChunkSet.of(1)));
        host.forget();
        host.on(new Event.Gained(BLOB, ChunkSet.of(1)));
        host.on(new Event.Tick());
        assertThat(host.done(Command.Announce.class)).containsExactly(new Command.Announce(List.of(Q.host()), BLOB, ChunkSet.of(1)));
    }

    @Test
    void tellsNeighbourAgainOfWhatThatOneHasLost() {
        host.placedUnder(P, Q);
        host.hear(Q, new PeerMessage.Follow(BLOB));
        host.have(Q, ChunkSet.of(4));
        host.hear(Q, new PeerMessage.Lost(BLOB, ChunkSet.of(4)));
        host.on(new Event.Gained(BLOB, ChunkSet.of(4)));
        host.on(new Event.Tick());
        assertThat(host.done(Command.Announce.class)).containsExactly(new Command.Announce(List.of(Q.host()), BLOB, ChunkSet.of(4)));
    }

    @Test
    void asksNobodyForWhatHeHasTakenBack() {
        host.placedUnder(P, Q);
        host.have(Q, ChunkSet.of(4));
        host.hear(Q, new PeerMessage.Lost(BLOB, ChunkSet.of(4)));
        host.forget();
        host.after(500);
        assertThat(host.done(Command.Fetch.class)).isEmpty();
    }
}
