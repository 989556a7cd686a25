package dev.darter.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.service.HostPort;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.TokenBucket;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

@Timeout(60)
final class PeersTest {

    private static final LinkTimeouts HASTY = new LinkTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(5));

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void countsAHostThatSaysNoHelloAsDown() throws Exception {
        HttpServer mute = HttpServer.start("mute", new HostPort("127.0.0.1", 0), exchange -> exchange.upgradeToWebSocket(new Mute()),
                HttpServerOptions.defaults());
        Member neighbour = new Member(new HostId("mute"), "127.0.0.1:" + mute.port(), "zone");
        try (Peers peers = new Peers(new Member(new HostId("self"), "127.0.0.1:1", "zone"), HASTY, TokenBucket.unlimited(), new Recorder(),
                new NoChunks())) {
            peers.connect(neighbour);
            assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("mute down");
            peers.connect(neighbour);
            assertThat(told.poll(30, TimeUnit.SECONDS)).as("a second attempt").isEqualTo("mute down");
        } finally {
            mute.close(Duration.ZERO);
        }
    }

    private static final class Mute implements WebSocketListener {

        @Override
        public void onText(WebSocketLink link, String text) {
            // Hears, and says nothing.
        }

        @Override
        public void onClosed(WebSocketLink link) {
            // Nothing to end.
        }
    }

    private final class Recorder implements PeerListener {

        @Override
        public void up(Member peer) {
            told.add(peer.host() + " up");
        }

        @Override
        public void down(HostId peer) {
            told.add(peer + " down");
        }

        @Override
        public void message(HostId from, PeerMessage message) {
            told.add(from + " says " + message);
        }
    }

    private static final class NoChunks implements ChunkReceiver {

        @Override
        public void progressed(ChunkRequest request, int bytes) {
            throw new AssertionError("nothing was asked for");
        }

        @Override
        public void arrived(ChunkRequest request, ByteBuffer bytes, Duration took) {
            throw new AssertionError("nothing was asked for");
        }

        @Override
        public void failed(ChunkRequest request, Failure failure) {
            throw new AssertionError("nothing was asked for");
        }
    }
}
