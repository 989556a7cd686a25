package dev.darter.agent.swarm;

import static dev.darter.agent.swarm.EngineFixture.BLOB;
import static dev.darter.agent.swarm.EngineFixture.CHUNKS;
import static dev.darter.agent.swarm.EngineFixture.P;
import static dev.darter.agent.swarm.EngineFixture.Q;
import static dev.darter.agent.swarm.EngineFixture.SELF;
import static dev.darter.agent.swarm.EngineFixture.SIZE;
import static dev.darter.agent.swarm.EngineFixture.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** Reading the origin by rank, where no scheduler says who does. */
final class RankedReadingTest {

    private final EngineFixture host = new EngineFixture();

    @Test
    void readsTheOriginByRankWhereNoSchedulerAnswers() {
        host.on(new Event.Begin(BLOB, -1, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.after(40);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        host.after(100);
        assertThat(host.done(Command.ReadOrigin.class)).containsExactly(new Command.ReadOrigin(BLOB, 0, 0, -1));
    }

    @Test
    void hearsWhatNeighboursHaveBeforeItReadsByRank() {
        host.on(new Event.Remembered(List.of(P, Q)));
        host.on(new Event.Begin(BLOB, SIZE, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.after(100);
        host.on(new Event.PeerDown(Q.host()));
        host.after(700);
        host.on(new Event.PeerUp(P));
        host.after(80);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        host.have(P, ChunkSet.ofRange(0, CHUNKS));
        host.after(500);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        assertThat(host.done(Command.Fetch.class)).isNotEmpty();
    }

    @Test
    void readsByRankWhenAllHaveSaidThatTheyHaveNothing() {
        host.on(new Event.Remembered(List.of(P, Q)));
        host.on(new Event.Begin(BLOB, -1, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.after(60);
        host.on(new Event.PeerUp(P));
        host.on(new Event.PeerUp(Q));
        host.after(500);
        host.hear(P, new PeerMessage.Lacks(BLOB));
        host.after(100);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        host.hear(Q, new PeerMessage.Lacks(BLOB));
        host.after(100);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void leavesTheOriginToHostOfHigherRankThatWantsTheBlob() {
        Member first = IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> member("m" + number))
                .filter(member -> OriginRank.order(BLOB, List.of(SELF.host(), member.host())).getLast().equals(SELF.host()))
                .findFirst()
                .orElseThrow();
        host.on(new Event.Remembered(List.of(first)));
        host.on(new Event.Begin(BLOB, -1, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.after(60);
        host.on(new Event.PeerUp(first));
        host.hear(first, new PeerMessage.Follow(BLOB));
        host.hear(first, new PeerMessage.Lacks(BLOB));
        host.after(2_900);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        host.after(400);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void readsByRankWhenNeighboursCantBeReached() {
        host.on(new Event.Remembered(List.of(P, Q)));
        host.on(new Event.Begin(BLOB, -1, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.after(2_000);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        host.after(600);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
    }

    @Test
    void waitsOutTheShortPauseThatTheRegistryAsksFor() {
        readByRank();
        throttled(1_000);
        host.after(900);
        assertThat(host.done(Command.ReadOrigin.class)).isEmpty();
        host.after(200);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
        assertThat(host.done(Command.FailReaders.class)).isEmpty();
    }

    @Test
    void tellsReadersOfPausesThatAreTooLongTogether() {
        readByRank();
        throttled(6_000);
        host.after(6_100);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
        throttled(3_000);
        host.after(3_100);
        assertThat(host.done(Command.FailReaders.class)).isEmpty();
        throttled(3_000);
        assertThat(host.done(Command.FailReaders.class)).containsExactly(new Command.FailReaders(BLOB, Failure.THROTTLED, 3_000));
    }

    @Test
    void countsPausesAnewWhenTheRegistryHasSentSomething() {
        readByRank();
        throttled(6_000);
        host.after(6_100);
        host.on(new Event.OriginProgress(BLOB, 0, SIZE, 0));
        throttled(6_000);
        host.after(6_100);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(2);
        assertThat(host.done(Command.FailReaders.class)).isEmpty();
    }

    private void readByRank() {
        host.on(new Event.Begin(BLOB, -1, new ChunkSet()));
        host.on(new Event.ReaderOpened(BLOB, 1, 0, -1, true));
        host.after(140);
        assertThat(host.done(Command.ReadOrigin.class)).hasSize(1);
        host.forget();
    }

    private void throttled(long millis) {
        host.on(new Event.OriginEnded(BLOB, 0, Outcome.THROTTLED, 0, millis));
    }

    /** Its scheduler does not listen to it any more; its runtimes get their images all the same. */
    @Test
    void readsTheOriginByRankWhenItIsShunnedItself() {
        host.placedUnder(P, Q);
        host.on(new Event.FromScheduler(new SchedulerMessage.Shun(SELF.host())));
        host.after(5_000);
        assertThat(host.done(Command.ReadOrigin.class)).isNotEmpty();
        host.forget();
        host.on(new Event.FromScheduler(new SchedulerMessage.Pardon(SELF.host())));
        assertThat(host.toldScheduler(AgentMessage.Hello.class)).hasSize(1);
        assertThat(host.toldScheduler(AgentMessage.Join.class)).hasSize(1);
    }
}
