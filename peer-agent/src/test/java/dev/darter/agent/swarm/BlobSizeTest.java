package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNK;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** A blob whose size is not known at first, or falsely. */
final class BlobSizeTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void neitherBelievesSizesThatOthersNameNorUsesWhatTheyOfferForThem() {
        host.pull();
        host.on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, 7, List.of(), List.of(P, Q), 2, List.of())));
        host.on(new Event.PeerUp(P));
        host.on(new Event.PeerUp(Q));
        host.hear(P, new PeerMessage.Have(BLOB, ChunkLayout.LARGEST_BLOB, 1, ChunkSet.of(0), List.of(), List.of()));
        host.have(Q, ChunkSet.of(3));
        host.after(300);
        assertThat(host.done(Command.Fetch.class)).isEmpty();
        host.on(new Event.Sized(BLOB, SIZE));
        host.after(600);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::chunk, Command.Fetch::offset)
                .containsExactly(tuple(Q.host(), 3, 3L * CHUNK));
    }

    @Test
    void beginsAnewWhenTheSizeTurnsOutToBeAnother() {
        host.pull();
        host.on(new Event.Sized(BLOB, SIZE));
        host.lease(3, 0);
        host.on(new Event.Gained(BLOB, ChunkSet.ofRange(0, 5)));
        host.on(new Event.OriginProgress(BLOB, 3, SIZE, 5));
        host.on(new Event.Sized(BLOB, 2L * CHUNK));
        host.forget();
        host.on(new Event.OriginEnded(BLOB, 3, Outcome.DONE, 0, 0));
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 3, 0, -1));
        host.on(new Event.PeerUp(Q));
        host.on(new Event.Asked(Q.host(), Q.address(), 1, BLOB, 1, CHUNK, Urgency.NORMAL));
        assertThat(host.done(Command.Decline.class)).as("what was here was cut wrongly").hasSize(1);
    }

    @Test
    void forgetsASizeThatTurnedOutToBeFalse() {
        host.pull();
        host.on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, -1, List.of(), List.of(P, Q), 2, List.of())));
        host.on(new Event.PeerUp(P));
        host.on(new Event.PeerUp(Q));
        host.hear(P, new PeerMessage.Have(BLOB, 10, 1, ChunkSet.of(0), List.of(), List.of()));
        host.hear(Q, new PeerMessage.Have(BLOB, 12, 1, ChunkSet.of(0), List.of(), List.of()));
        host.on(new Event.Sized(BLOB, 10));
        host.after(600);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::length)
                .containsExactly(tuple(P.host(), 10));
        host.on(new Event.Fetched(host.done(Command.Fetch.class).getFirst().request(), FetchOutcome.CORRUPT));
        host.on(new Event.Sized(BLOB, -1));
        host.forget();
        host.on(new Event.Sized(BLOB, 12));
        host.after(600);
        assertThat(host.done(Command.Fetch.class)).extracting(Command.Fetch::from, Command.Fetch::length)
                .containsExactly(tuple(Q.host(), 12));
    }
}
