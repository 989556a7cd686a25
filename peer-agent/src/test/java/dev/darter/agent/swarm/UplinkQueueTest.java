package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.darter.agent.swarm.UplinkQueue.Asking;
import dev.darter.agent.swarm.UplinkQueue.Rank;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;

class UplinkQueueTest {

    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final BlobKey OTHER_BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "cd".repeat(32)));
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final int BYTES = 1000;
    private static final long MILLI = 1_000_000;

    private final UplinkQueue queue = new UplinkQueue();
    private long now;

    private void ask(HostId from, long request, int chunk, Rank rank) {
        queue.add(from, from.toString(), request, BLOB, chunk, BYTES, rank);
    }

    /** The request that is served next, and sent at once. */
    private long serveOne() {
        Asking asking = queue.next(now).orElseThrow();
        now += MILLI;
        queue.finished(asking.from(), asking.request(), true, now);
        return asking.request();
    }

    @Test
    void sendsTwoAtATime() {
        ask(A, 1, 1, Rank.OTHER);
        ask(A, 2, 2, Rank.OTHER);
        ask(B, 3, 3, Rank.OTHER);
        assertThat(queue.next(now)).isPresent();
        Asking second = queue.next(now).orElseThrow();
        assertThat(queue.next(now)).isEmpty();
        queue.finished(second.from(), second.request(), true, now);
        assertThat(queue.next(now)).isPresent();
    }

    @Test
    void givesReceiverThatDoesNotReadFourSlotsAtMost() {
        for (int i = 1; i <= 8; i++) {
            ask(A, i, i, Rank.OTHER);
            queue.next(now);
            now += 1000 * MILLI;
        }
        ask(B, 9, 9, Rank.OTHER);
        assertThat(queue.next(now)).map(Asking::from).contains(B);
        assertThat(queue.next(now)).isEmpty();
    }

    @Test
    void givesFourSlotsToAnAddressWhateverItsNames() {
        for (int i = 1; i <= 8; i++) {
            queue.add(new HostId("name" + i), "192.0.2.1", i, BLOB, i, BYTES, Rank.URGENT);
            queue.next(now);
            now += 1000 * MILLI;
        }
        ask(B, 9, 9, Rank.OTHER);
        assertThat(queue.next(now)).map(Asking::from).contains(B);
    }

    @Test
    void countsBytesOfRequestThatIsAskedAgainOnce() {
        ask(A, 1, 1, Rank.OTHER);
        ask(A, 1, 1, Rank.OTHER);
        assertThat(queue.queuedBytes()).isEqualTo(BYTES);
    }

    @Test
    void doesNotWaitForReceiverThatTakesItsChunkSlowly() {
        ask(A, 1, 1, Rank.OTHER);
        ask(A, 2, 2, Rank.OTHER);
        ask(B, 3, 3, Rank.OTHER);
        queue.next(now);
        queue.next(now);
        now += 1000 * MILLI;
        assertThat(queue.next(now)).isPresent();
    }

    @Test
    void servesUrgentThenChildrenThenOthers() {
        ask(A, 1, 1, Rank.OTHER);
        ask(A, 2, 2, Rank.CHILD);
        ask(A, 3, 3, Rank.URGENT);
        assertThat(serveOne()).isEqualTo(3);
        assertThat(serveOne()).isEqualTo(2);
        assertThat(serveOne()).isEqualTo(1);
    }

    @Test
    void servesChunkFirstThatWasSentLeast() {
        ask(A, 1, 7, Rank.OTHER);
        assertThat(serveOne()).isEqualTo(1);
        ask(B, 2, 7, Rank.OTHER);
        ask(A, 3, 8, Rank.OTHER);
        assertThat(serveOne()).isEqualTo(3);
    }

    @Test
    void letsBlobsTakeTurns() {
        for (int i = 0; i < 4; i++) {
            ask(A, i, i, Rank.OTHER);
        }
        queue.add(A, "a", 10, OTHER_BLOB, 0, BYTES, Rank.OTHER);
        queue.add(A, "a", 11, OTHER_BLOB, 1, BYTES, Rank.OTHER);
        assertThat(serveOne()).isEqualTo(0);
        assertThat(serveOne()).isEqualTo(10);
        assertThat(serveOne()).isEqualTo(1);
        assertThat(serveOne()).isEqualTo(11);
    }

    @Test
    void givesBlobThatComesLaterNoMoreThanItsTurn() {
        for (int i = 0; i < 6; i++) {
            ask(A, i, i, Rank.OTHER);
        }
        serveOne();
        serveOne();
        serveOne();
        queue.add(A, "a", 10, OTHER_BLOB, 0, BYTES, Rank.OTHER);
        queue.add(A, "a", 11, OTHER_BLOB, 1, BYTES, Rank.OTHER);
        assertThat(serveOne()).isEqualTo(10);
        assertThat(serveOne()).isEqualTo(3);
        assertThat(serveOne()).isEqualTo(11);
    }

    @Test
    void letsChildrenTakeTurnsWhateverWasSentBefore() {
        ask(new HostId("c"), 1, 1, Rank.OTHER);
        assertThat(serveOne()).isEqualTo(1);
        for (int i = 2; i < 5; i++) {
            ask(A, i, i, Rank.CHILD);
        }
        ask(B, 11, 1, Rank.CHILD);
        ask(B, 13, 3, Rank.CHILD);
        assertThat(serveOne()).isEqualTo(2);
        assertThat(serveOne()).isEqualTo(11);
        assertThat(serveOne()).isEqualTo(3);
        assertThat(serveOne()).isEqualTo(13);
        assertThat(serveOne()).isEqualTo(4);
    }

    @Test
    void isFairBetweenReceivers() {
        for (int i = 0; i < 4; i++) {
            ask(A, i, i, Rank.OTHER);
        }
        ask(B, 10, 10, Rank.OTHER);
        assertThat(serveOne()).isEqualTo(0);
        assertThat(serveOne()).isEqualTo(10);
    }

    @Test
    void forgetsWithdrawnRequestButNotOneThatIsBeingSent() {
        ask(A, 1, 1, Rank.OTHER);
        ask(A, 2, 2, Rank.OTHER);
        Asking sending = queue.next(now).orElseThrow();
        assertThat(queue.withdraw(A, sending.request())).isFalse();
        assertThat(queue.withdraw(A, 2)).isTrue();
        assertThat(queue.queuedBytes()).isZero();
        assertThat(queue.next(now)).isEqualTo(Optional.empty());
    }

    @Test
    void putsUrgedRequestInFront() {
        ask(A, 1, 1, Rank.OTHER);
        ask(A, 2, 2, Rank.OTHER);
        queue.urge(A, 2);
        assertThat(serveOne()).isEqualTo(2);
    }

    @Test
    void forgetsLostHost() {
        ask(A, 1, 1, Rank.OTHER);
        ask(B, 2, 2, Rank.OTHER);
        queue.next(now);
        queue.forget(A);
        assertThat(serveOne()).isEqualTo(2);
        assertThat(queue.isIdle()).isTrue();
        assertThat(queue.queuedBytes()).isZero();
    }
}
