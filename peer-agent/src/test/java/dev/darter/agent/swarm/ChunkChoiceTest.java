package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNK;
import static dev.darter.agent.swarm.EngineFixture.CHUNKS;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;

/** What is asked for over the mesh, and of whom. */
final class ChunkChoiceTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void leavesChunksToTheTreesThatTheyAreAboutToBring() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(0, 1));
        host.forget();
        host.have(Q, ChunkSet.of(2, 3));
        assertThat(host.done(Command.Fetch.class)).isEmpty();
    }

    @Test
    void fillsHolesThatTheParentPassedOver() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(4, 5));
        host.forget();
        host.have(Q, ChunkSet.of(2));
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from).containsExactly(Q.host());
    }

    @Test
    void neverAsksTwoNeighboursForOneChunkInTheMiddle() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.ofRange(0, CHUNKS));
        host.have(Q, ChunkSet.ofRange(0, CHUNKS));
        host.after(300);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).doesNotHaveDuplicates();
    }

    @Test
    void asksElsewhereWhenNeighbourIsSilent() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(0));
        host.have(Q, ChunkSet.of(0));
        host.forget();
        host.after(1_000);
        assertThat(host.done(Command.Abandon.class)).hasSize(1);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from).contains(Q.host());
    }

    /** Its answer waits in front of a full downlink: to ask elsewhere as well would fill it further, until nothing comes whole any more. */
    @Test
    void waitsForTheAnswerOfANeighbourThatSpeaks() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(0));
        host.have(Q, ChunkSet.of(0));
        Command.Fetch first = host.done(Command.Fetch.class).getLast();
        host.forget();
        host.after(6_000, P, Q);
        assertThat(host.told(P, PeerMessage.Cancel.class)).containsExactly(new PeerMessage.Cancel(first.request()));
        assertThat(host.done(Command.Abandon.class)).isEmpty();
        assertThat(host.done(Command.Fetch.class)).isEmpty();
    }

    @Test
    void doesNotWaitForTheAnswerForever() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(0));
        host.have(Q, ChunkSet.of(0));
        host.forget();
        host.after(12_000, P, Q);
        assertThat(host.done(Command.Abandon.class)).hasSize(1);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from).contains(Q.host());
    }

    @Test
    void asksForLazyReadersChunkFirst() {
        host.placedUnder(P, Q);
        host.on(new Event.ReaderOpened(BLOB, 2, 15L * CHUNK, 15L * CHUNK + 10, false));
        host.have(Q, ChunkSet.ofRange(10, CHUNKS));
        host.after(2_000);
        assertThat(host.done(Command.Fetch.class).getFirst().chunk()).isEqualTo(15);
        assertThat(host.done(Command.Fetch.class).getFirst().urgency()).isEqualTo(Urgency.URGENT);
    }

    /** Stored under states that turn out to be false while it is on its way to be told of, it is dropped, and nobody says so. */
    @Test
    void asksAgainForWhatWasStoredAndCanNotBeServed() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.ofRange(0, CHUNKS));
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            int awaited = chunk;
            Command.Fetch asked = host.done(Command.Fetch.class).stream().filter(it -> it.chunk() == awaited).findFirst().orElseThrow();
            host.on(new Event.Fetched(asked.request(), FetchOutcome.STORED));
            if (chunk != 4) {
                host.on(new Event.Gained(BLOB, ChunkSet.of(chunk)));
            }
        }
        host.forget();
        for (int second = 0; second < 6; second++) {
            assertThat(host.done(Command.Fetch.class)).as("after %d s", second).isEmpty();
            host.hear(P, new PeerMessage.Load(0, 2, 0));
            host.after(1000);
        }
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).containsOnly(4);
        assertThat(host.done(Command.Fetch.class)).hasSize(1);
    }

    @Test
    void triesWhatCouldNotBeVerifiedOnceMore() {
        host.placedUnder(P, Q);
        host.have(P, ChunkSet.of(0));
        Command.Fetch first = host.done(Command.Fetch.class).getLast();
        host.on(new Event.Fetched(first.request(), FetchOutcome.DOUBTFUL));
        host.forget();
        host.after(2_000);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::chunk).contains(0);
    }
}
