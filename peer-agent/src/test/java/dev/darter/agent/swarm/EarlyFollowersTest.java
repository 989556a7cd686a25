package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.VouchKey;

final class EarlyFollowersTest {

    private static final long SIZE = 600_000;
    private static final Member SELF = new Member(new HostId("self"), "self:1", "z");
    private static final Member P = new Member(new HostId("p"), "p:1", "z");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, (_, _) -> Bytes.of(new byte[32])),
            new Random(1));
    private final EarlyFollowers followers = new EarlyFollowers();
    private long now = 1;

    private static BlobKey blob(int number) {
        return new BlobKey("https://registry.test", Digest.parse("sha256:%064x".formatted(number)));
    }

    private List<Command> on(Event event) {
        return engine.on(event, ++now);
    }

    private List<Command> hear(PeerMessage message) {
        return on(new Event.FromPeer(P.host(), message));
    }

    @Test
    void makesNoSwarmOfWhatNeighbourMerelyNames() {
        on(new Event.PeerUp(P));
        for (int i = 0; i < 1000; i++) {
            assertThat(hear(new PeerMessage.Follow(blob(i))))
                    .containsExactly(new Command.TellPeer(P.host(), new PeerMessage.Lacks(blob(i))));
            assertThat(hear(new PeerMessage.Adopt(blob(i), 0)))
                    .containsExactly(new Command.TellPeer(P.host(), new PeerMessage.Refuse(blob(i), 0)));
            hear(new PeerMessage.Refuse(blob(i), 0));
        }
        assertThat(engine.swarms()).isZero();
    }

    @Test
    void tellsWhoFollowedBeforeItBegan() {
        on(new Event.PeerUp(P));
        hear(new PeerMessage.Follow(blob(1)));
        on(new Event.Begin(blob(1), SIZE, new ChunkSet()));
        assertThat(on(new Event.Gained(blob(1), ChunkSet.of(0))))
                .contains(new Command.Announce(List.of(P.host()), blob(1), ChunkSet.of(0)));
    }

    @Test
    void tellsWhoFollowedBeforeItWasHeld() {
        on(new Event.PeerUp(P));
        hear(new PeerMessage.Follow(blob(1)));
        List<Command.Announce> announced = on(new Event.Held(blob(1), SIZE)).stream()
                .filter(Command.Announce.class::isInstance)
                .map(Command.Announce.class::cast)
                .toList();
        assertThat(announced).extracting(Command.Announce::chunks)
                .containsExactly(ChunkSet.of(0), ChunkSet.of(1), ChunkSet.of(2));
    }

    @Test
    void tellsNothingToWhoNoLongerFollows() {
        on(new Event.PeerUp(P));
        hear(new PeerMessage.Follow(blob(1)));
        hear(new PeerMessage.Unfollow(blob(1)));
        on(new Event.Begin(blob(1), SIZE, new ChunkSet()));
        assertThat(on(new Event.Gained(blob(1), ChunkSet.of(0)))).noneMatch(Command.Announce.class::isInstance);
    }

    @Test
    void remembersOnlyTheLastOfOneNeighbour() {
        for (int i = 0; i <= EarlyFollowers.MOST_OF_ONE; i++) {
            followers.add(P.host(), blob(i));
        }
        assertThat(followers.contains(blob(0))).isFalse();
        assertThat(followers.take(blob(1))).containsExactly(P.host());
        assertThat(followers.take(blob(1))).isEmpty();
        followers.forget(P.host());
        assertThat(followers.contains(P.host())).isFalse();
    }
}
