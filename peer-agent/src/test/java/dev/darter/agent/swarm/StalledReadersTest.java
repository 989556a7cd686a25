package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** A reader of the whole blob that waits for one chunk while others come. */
final class StalledReadersTest {

    private static final Member PARENT = member("parent");
    private static final Member OTHER = member("other");

    private final EngineFixture host = new EngineFixture();

    /** Time passes, and both neighbours say now and then that they live. */
    private void after(long millis) {
        host.after(millis, PARENT, OTHER);
    }

    private List<Command.Fetch> fetches(int chunk) {
        return host.done(Command.Fetch.class).stream().filter(fetch -> fetch.chunk() == chunk).toList();
    }

    private List<Long> urged() {
        return host.done(Command.TellPeer.class)
                .stream()
                .map(Command.TellPeer::message)
                .filter(PeerMessage.Urgent.class::isInstance)
                .map(message -> ((PeerMessage.Urgent) message).request())
                .toList();
    }

    @BeforeEach
    void placeInATree() {
        host.begin();
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.place(Optional.of(PARENT), PARENT, OTHER);
        host.on(new Event.PeerUp(PARENT));
        host.on(new Event.PeerUp(OTHER));
    }

    @Test
    void chunkThatWasAskedForComesBeforeOthersWhenItsReaderHasWaited() {
        host.have(PARENT, 0, 1);
        List<Command.Fetch> first = fetches(0);
        assertThat(first).hasSize(1);
        assertThat(first.getFirst().urgency()).isEqualTo(Urgency.NORMAL);
        host.on(new Event.Gained(BLOB, ChunkSet.of(2)));
        after(200);
        assertThat(urged()).isEmpty();
        after(500);
        assertThat(urged()).containsExactly(first.getFirst().request());
    }

    @Test
    void chunkThatNobodyWasAskedForIsAskedForUrgently() {
        host.have(PARENT, 1);
        host.on(new Event.Gained(BLOB, ChunkSet.of(2)));
        after(600);
        assertThat(fetches(0)).isEmpty();
        host.have(OTHER, 0);
        after(300);
        assertThat(fetches(0)).last().satisfies(fetch -> assertThat(fetch.from()).isEqualTo(OTHER.host()));
        assertThat(fetches(0).getLast().urgency() == Urgency.URGENT || urged().contains(fetches(0).getLast().request())).isTrue();
    }

    @Test
    void onlyTheNextChunkOfAReaderIsUrgent() {
        host.have(PARENT, 0, 1, 2, 3);
        host.on(new Event.Gained(BLOB, ChunkSet.of(4, 5)));
        after(1_500);
        assertThat(urged()).allMatch(request -> fetches(0).stream().anyMatch(fetch -> fetch.request() == request)).isNotEmpty();
    }

    @Test
    void chunkIsNotUrgentWhileItsTreeHasBroughtNothingLater() {
        host.have(PARENT, 0, 1);
        host.on(new Event.Gained(BLOB, ChunkSet.of(3)));
        after(1_500);
        assertThat(fetches(0)).isNotEmpty();
        assertThat(urged()).isEmpty();
    }
}
