package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Codec;
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
            link = WebSocketClient.connect(URI.create("ws://" + scheduler.listen() + "/v1/agents"), this, Duration.ofSeconds(10));
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
