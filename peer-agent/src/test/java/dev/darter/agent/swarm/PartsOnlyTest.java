package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** A host whose readers want parts of a blob and nothing else. */
class PartsOnlyTest {

    private static final int CHUNK = 256 * 1024;
    private static final int CHUNKS = 40;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member SELF = new Member(new HostId("self"), "self:1", "z");

    private final SwarmEngine engine = new SwarmEngine(
            new EngineOptions(SELF, new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, (_, _) -> Bytes.of(new byte[32])),
            new Random(1));
    private final List<Command> done = new ArrayList<>();
    private long now = 1;

    private void on(Event event) {
        done.addAll(engine.on(event, now));
    }

    /** Ticks so often that nothing which is due in this time is missed. */
    private void after(Duration time) {
        long end = now + time.toNanos();
        while (engine.nextTick() < end) {
            now = Math.max(now, engine.nextTick());
            on(new Event.Tick());
        }
        now = end;
    }

    private <T> List<T> done(Class<T> kind) {
        return done.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<AgentMessage.LeaseEnd> leasesGivenBack() {
        return done(Command.TellScheduler.class).stream()
                .map(Command.TellScheduler::message)
                .filter(AgentMessage.LeaseEnd.class::isInstance)
                .map(AgentMessage.LeaseEnd.class::cast)
                .toList();
    }

    private void begin() {
        on(new Event.SchedulerUp());
        on(new Event.Begin(BLOB, (long) CHUNK * CHUNKS, new ChunkSet()));
    }

    private void reader(long number, int chunk, boolean isAhead) {
        on(new Event.ReaderOpened(BLOB, number, (long) chunk * CHUNK, (long) (chunk + 1) * CHUNK, true, isAhead, false));
    }

    private void lease() {
        on(new Event.FromScheduler(new SchedulerMessage.Lease(BLOB, 3, 0)));
    }

    private void arrived(int chunk) {
        on(new Event.Gained(BLOB, ChunkSet.of(chunk)));
        on(new Event.AloneEnded(BLOB, 3, chunk, Outcome.DONE, 0));
    }

    @Test
    void readsWhatSomebodyWaitsForBeforeWhatIsReadAhead() {
        begin();
        reader(1, 30, true);
        reader(2, 10, true);
        reader(3, 20, false);
        lease();
        assertThat(done(Command.ReadAlone.class)).extracting(Command.ReadAlone::from).containsExactly(20, 30, 10);
        assertThat(done(Command.ReadOrigin.class)).isEmpty();
    }

    @Test
    void givesAnUnusedLeaseBackAfterTwoSeconds() {
        begin();
        reader(1, 30, false);
        lease();
        arrived(30);
        after(Duration.ofMillis(1_900));
        assertThat(leasesGivenBack()).isEmpty();
        after(Duration.ofMillis(700));
        assertThat(leasesGivenBack()).containsExactly(new AgentMessage.LeaseEnd(BLOB, 3, Outcome.GIVEN_UP, 0, 0));
    }

    @Test
    void keepsTheLeaseWhileTheOriginIsSlow() {
        begin();
        reader(1, 30, false);
        lease();
        after(Duration.ofSeconds(20));
        assertThat(leasesGivenBack()).isEmpty();
    }

    @Test
    void offersWhatItHasForAnHourAfterTheLastReader() {
        begin();
        reader(1, 30, false);
        lease();
        arrived(30);
        on(new Event.ReaderClosed(BLOB, 1));
        after(Duration.ofMinutes(59));
        assertThat(done(Command.End.class)).isEmpty();
        after(Duration.ofMinutes(2));
        assertThat(done(Command.End.class)).containsExactly(new Command.End(BLOB));
    }
}
