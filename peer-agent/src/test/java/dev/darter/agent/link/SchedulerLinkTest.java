package dev.darter.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
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
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

/** A host's link with a scheduler that writes down what it hears. */
@Timeout(30)
final class SchedulerLinkTest {

    private static final HostId SELF = new HostId("self");
    private static final AgentMessage HELLO = new AgentMessage.Hello(1, new Member(SELF, "198.51.100.1:65002", "east"), 8, 0,
            new VouchKey(SELF, 0, Bytes.of(new byte[32])));
    private static final AgentMessage EARLY = new AgentMessage.Uplink(1);
    private static final AgentMessage LATE = new AgentMessage.Uplink(2);

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<WebSocketLink> said = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> states = new LinkedBlockingQueue<>();
    private HttpServer scheduler;
    private SchedulerLink link;

    @BeforeEach
    void start() throws IOException {
        scheduler = HttpServer.start("scheduler", new HostPort("127.0.0.1", 0), exchange -> exchange.upgradeToWebSocket(new Hearing()),
                HttpServerOptions.defaults());
        link = new SchedulerLink(List.of(URI.create("http://127.0.0.1:" + scheduler.port())), new States(), new Random(1));
        link.start();
    }

    @AfterEach
    void stop() {
        link.close();
        scheduler.close(Duration.ZERO);
    }

    @Test
    void saysNothingBeforeTheHello() throws InterruptedException {
        assertThat(states.take()).isTrue();
        link.send(EARLY);
        link.send(HELLO);
        link.send(LATE);
        assertThat(heard.take()).isEqualTo(Codec.AGENT.encode(HELLO));
        assertThat(heard.take()).isEqualTo(Codec.AGENT.encode(LATE));
    }

    @Test
    void saysHelloFirstOnEachNewLink() throws InterruptedException {
        assertThat(states.take()).isTrue();
        link.send(HELLO);
        said.take().close();
        assertThat(states.take()).isFalse();
        assertThat(states.take()).isTrue();
        heard.clear();
        link.send(EARLY);
        link.send(HELLO);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(Codec.AGENT.encode(HELLO));
    }

    private final class Hearing implements WebSocketListener {

        @Override
        public void onText(WebSocketLink from, String text) {
            heard.add(text);
            said.add(from);
        }

        @Override
        public void onClosed(WebSocketLink from) {
            // The host notices.
        }
    }

    private final class States implements SchedulerLink.Listener {

        @Override
        public void up() {
            states.add(true);
        }

        @Override
        public void down() {
            states.add(false);
        }

        @Override
        public void message(SchedulerMessage message) {
            // This scheduler says nothing.
        }
    }
}
