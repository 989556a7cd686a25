package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Codec;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;
import dev.darter.service.HostPort;
import dev.darter.service.WebSocketClient;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

@Timeout(60)
final class SchedulerServerTest {

    private static final String CLOSED = "closed";
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));

    private SchedulerServer scheduler;

    @BeforeEach
    void start() throws IOException {
        scheduler = SchedulerServer.start(new HostPort("127.0.0.1", 0), new Random(3));
    }

    @AfterEach
    void stop() {
        scheduler.close(Duration.ZERO);
    }

    @Test
    void welcomesAnAgentThatSaysHello() throws Exception {
        Agent agent = new Agent();
        agent.send(hello("one"));
        assertThat(Codec.SCHEDULER.decode(agent.next())).isInstanceOf(SchedulerMessage.Welcome.class);
        assertThat(scheduler.agents()).isEqualTo(1);
    }

    @Test
    void hangsUpOnWhoDoesNotBeginWithAHello() throws Exception {
        Agent agent = new Agent();
        agent.send(new AgentMessage.Inventory(java.util.List.of(), true));
        assertThat(agent.next()).isEqualTo(CLOSED);
    }

    @Test
    void hangsUpOnNonsense() throws Exception {
        Agent agent = new Agent();
        agent.link.send("{\"type\":\"nonsense\"}");
        assertThat(agent.next()).isEqualTo(CLOSED);
    }

    @Test
    void hangsUpOnWhoSaysNothing() throws Exception {
        scheduler.close(Duration.ZERO);
        scheduler = SchedulerServer.start(new HostPort("127.0.0.1", 0), new Random(3), Duration.ofMillis(50));
        assertThat(new Agent().next()).isEqualTo(CLOSED);
    }

    /** Its links would stay, and all agents wait for a scheduler that says nothing any more. */
    @Test
    void isNotReadyWhenItsCoreHasEnded() throws Exception {
        RandomGenerator broken = () -> {
            throw new StackOverflowError("on purpose");
        };
        SchedulerProcess process = SchedulerProcess.start(
                new SchedulerOptions(new HostPort("127.0.0.1", 0), new HostPort("127.0.0.1", 0), Duration.ZERO), broken);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest ready = HttpRequest.newBuilder(URI.create("http://" + process.admin() + "/readyz")).build();
            assertThat(client.send(ready, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            Agent agent = new Agent(process.listen());
            agent.send(hello("one"));
            agent.send(new AgentMessage.Join(BLOB, 1 << 20, 0, true));
            Awaitility.await()
                    .dontCatchUncaughtExceptions()
                    .untilAsserted(() -> assertThat(client.send(ready, HttpResponse.BodyHandlers.ofString()).body())
                            .isEqualTo("scheduler: darter-scheduler has ended\n"));
        } finally {
            process.close(Duration.ZERO);
        }
    }

    /** What waits is in the agent's own socket, not here. */
    @Test
    void readsAnAgentNoFasterThanItConsidersWhatItSays() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        scheduler.close(Duration.ZERO);
        scheduler = SchedulerServer.start(new HostPort("127.0.0.1", 0), () -> {
            awaitQuietly(release);
            return 1;
        });
        Agent other = new Agent();
        other.send(hello("other"));
        other.send(new AgentMessage.Join(BLOB, 1 << 20, 0, true));
        Agent flood = new Agent();
        flood.send(hello("flood"));
        AgentMessage inventory = new AgentMessage.Inventory(Collections.nCopies(1_000, new AgentMessage.Holding(BLOB, 1 << 20, 0, 4)),
                false);
        for (int i = 0; i < 200; i++) {
            flood.send(inventory);
        }
        AtomicLong before = new AtomicLong();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .until(() -> before.getAndSet(flood.link.bufferedBytes()) == flood.link.bufferedBytes());
        // What systems keep for both ends of a socket is a few megabytes.
        assertThat(flood.link.bufferedBytes()).isGreaterThan(8 << 20);
        release.countDown();
        Awaitility.await().until(() -> flood.link.bufferedBytes() == 0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(40, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void keepsTheSecondLinkOfAnAgentThatComesBack() throws Exception {
        Agent first = new Agent();
        first.send(hello("one"));
        assertThat(Codec.SCHEDULER.decode(first.next())).isInstanceOf(SchedulerMessage.Welcome.class);
        Agent second = new Agent();
        second.send(hello("one"));
        assertThat(Codec.SCHEDULER.decode(second.next())).isInstanceOf(SchedulerMessage.Welcome.class);
        assertThat(first.untilClosed()).isTrue();
        assertThat(scheduler.agents()).isEqualTo(1);
    }

    private static AgentMessage.Hello hello(String name) {
        HostId host = new HostId(name);
        return new AgentMessage.Hello(1, new Member(host, "127.0.0.1:1", "zone"), 4, 0, new VouchKey(host, 0, Bytes.of(new byte[32])));
    }

    /** The other end of a link. */
    private final class Agent implements WebSocketListener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final WebSocketLink link;

        Agent() throws IOException {
            this(scheduler.listen());
        }

        Agent(HostPort where) throws IOException {
            link = WebSocketClient.connect(URI.create("ws://" + where + "/v1/agents"), this, Duration.ofSeconds(10));
        }

        void send(AgentMessage message) {
            link.send(Codec.AGENT.encode(message));
        }

        String next() throws InterruptedException {
            String text = heard.poll(30, TimeUnit.SECONDS);
            return text == null ? "nothing" : text;
        }

        boolean untilClosed() throws InterruptedException {
            String text = next();
            while (!text.equals(CLOSED) && !text.equals("nothing")) {
                text = next();
            }
            return text.equals(CLOSED);
        }

        @Override
        public void onText(WebSocketLink from, String text) {
            heard.add(text);
        }

        @Override
        public void onClosed(WebSocketLink from) {
            heard.add(CLOSED);
        }
    }
}
