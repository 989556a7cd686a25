package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** A blob of one chunk is asked for where the scheduler says, and neighbours are told nothing. */
class SingleChunkTest {

    private static final int SIZE = 16 << 10;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member SELF = new Member(new HostId("self"), "self:1", "z");
    private static final Member P = new Member(new HostId("p"), "p:1", "z");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, (_, _) -> Bytes.of(new byte[32])),
            new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    private void on(Event event) {
        done.addAll(engine.on(event, now));
    }

    private void after(long millis) {
        long end = now + millis * 1_000_000;
        while (engine.nextTick() < end) {
            now = Math.max(now, engine.nextTick());
            on(new Event.Tick());
        }
        now = end;
    }

    private <T> List<T> done(Class<T> kind) {
        return done.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<AgentMessage> toldScheduler() {
        return done(Command.TellScheduler.class).stream().map(Command.TellScheduler::message).toList();
    }

    private void source(Optional<Member> holder) {
        on(new Event.FromScheduler(new SchedulerMessage.Source(BLOB, holder)));
    }

    @BeforeEach
    void begin() {
        on(new Event.SchedulerUp());
        on(new Event.Remembered(List.of(P)));
        on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        done.clear();
    }

    @Test
    void asksTheHolderAndFollowsNobody() {
        source(Optional.of(P));
        on(new Event.PeerUp(P));
        assertThat(done(Command.Connect.class)).extracting(Command.Connect::peer).containsExactly(P);
        assertThat(done(Command.Fetch.class)).extracting(Command.Fetch::from).containsExactly(P.host());
        on(new Event.Fetched(done(Command.Fetch.class).getFirst().request(), FetchOutcome.STORED));
        on(new Event.Gained(BLOB, ChunkSet.of(0)));
        on(new Event.Proven(BLOB, SIZE));
        after(200);
        assertThat(toldScheduler()).contains(new AgentMessage.Holds(BLOB, SIZE));
        assertThat(done(Command.TellPeer.class)).extracting(Command.TellPeer::message)
                .allMatch(message -> message instanceof PeerMessage.Load);
    }

    @Test
    void asksAtOnceOverALinkThatIsThere() {
        on(new Event.PeerUp(P));
        done.clear();
        source(Optional.of(P));
        assertThat(done(Command.Fetch.class)).hasSize(1);
    }

    @Test
    void waitsForASchedulerThatIsThere() {
        after(500);
        assertThat(done(Command.Connect.class)).isEmpty();
        source(Optional.empty());
        after(900);
        assertThat(done(Command.Connect.class)).isEmpty();
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
    }

    @Test
    void goesOnWithoutASchedulerThatSaysNothing() {
        after(5_000);
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void isStuckAtOnceWhenTheHolderDoesNotHaveIt() {
        source(Optional.of(P));
        on(new Event.PeerUp(P));
        on(new Event.Fetched(done(Command.Fetch.class).getFirst().request(), FetchOutcome.MISSING));
        assertThat(toldScheduler()).hasAtLeastOneElementOfType(AgentMessage.Stuck.class);
    }

    @Test
    void isStuckAtOnceWhenTheHolderCantBeReached() {
        source(Optional.of(P));
        on(new Event.PeerDown(P.host()));
        assertThat(toldScheduler()).hasAtLeastOneElementOfType(AgentMessage.Stuck.class);
    }

    @Test
    void followsOthersFromAPlaceOn() {
        source(Optional.of(P));
        on(new Event.PeerUp(P));
        on(new Event.FromScheduler(new SchedulerMessage.Place(BLOB, SIZE, List.of(Optional.of(P.host())), List.of(P), 2, List.of())));
        assertThat(done(Command.TellPeer.class)).extracting(Command.TellPeer::message).contains(new PeerMessage.Follow(BLOB));
    }

    @Test
    void tellsNoKeyOfALeaseThatSignsNothing() {
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 7, 0)));
        assertThat(done(Command.ReadOrigin.class)).hasSize(1);
        assertThat(toldScheduler()).isEmpty();
    }
}
