package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.darter.agent.swarm.EngineOptions;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.SwarmEngine;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.VouchKey;

@Timeout(60)
final class SwarmLoopTest {

    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final Member SELF = new Member(new HostId("self"), "self:1", "z");
    private static final Member PEER = new Member(new HostId("peer"), "peer:1", "z");

    /** What waits is in the neighbour's socket, not here. */
    @Test
    void takesOneMessageOfALinkAtATime() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger answers = new AtomicInteger();
        try (SwarmLoop loop = new SwarmLoop(new SwarmEngine(new EngineOptions(SELF,
                new VouchKey(SELF.host(), 0, Bytes.of(new byte[32])), 8, 0, (_, _) -> Bytes.of(new byte[32])), new Random(1)))) {
            loop.post(new Event.PeerUp(PEER));
            loop.start(_ -> {
                answers.incrementAndGet();
                busy.countDown();
                awaitQuietly(release);
            });
            AtomicInteger said = new AtomicInteger();
            Thread link = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 100; i++) {
                    said.incrementAndGet();
                    loop.post(new Event.FromPeer(PEER.host(), new PeerMessage.Follow(BLOB)));
                }
            });
            busy.await();
            Awaitility.await().until(() -> link.getState() == Thread.State.WAITING);
            assertThat(said.get()).isLessThan(3);
            release.countDown();
            link.join();
            assertThat(answers.get()).isGreaterThanOrEqualTo(100);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(40, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
