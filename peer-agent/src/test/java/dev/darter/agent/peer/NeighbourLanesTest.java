package dev.darter.agent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.darter.agent.peer.ChunkRequest.Lane;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.service.BodyWriter;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.TokenBucket;

@Timeout(60)
final class NeighbourLanesTest {

    private static final int LENGTH = 300_000;
    private static final HostId NEIGHBOUR = new HostId("neighbour");
    private static final BlobKey BLOB = new BlobKey("https://registry.example", Digest.parse("sha256:" + "ab".repeat(32)));

    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private HttpServer server;
    private NeighbourLanes lanes;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.start("neighbour", new HostPort("127.0.0.1", 0), this::answer, HttpServerOptions.defaults());
        lanes = new NeighbourLanes(new HostId("self"), NEIGHBOUR, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                new LinkTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300)), new BufferPool(),
                TokenBucket.unlimited(), new Recorder());
    }

    @AfterEach
    void stop() {
        held.countDown();
        lanes.close();
        server.close(Duration.ZERO);
    }

    @Test
    void handsOverWhatCame() throws InterruptedException {
        lanes.fetch(request(1, 0, Lane.ORDINARY));
        lanes.fetch(request(2, 0, Lane.URGENT));
        assertThat(Arrays.asList(outcome(), outcome())).containsExactlyInAnyOrder("1 arrived", "2 arrived");
    }

    @Test
    void tellsWhyAChunkDidNotCome() throws InterruptedException {
        lanes.fetch(request(3, 410, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("3 WITHDRAWN");
        lanes.fetch(request(4, 404, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("4 MISSING");
        lanes.fetch(request(5, 500, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("5 BROKEN");
        lanes.fetch(request(6, 206, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("6 BROKEN");
    }

    @Test
    void goesOnAfterABrokenAnswer() throws InterruptedException {
        lanes.fetch(request(6, 206, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("6 BROKEN");
        lanes.fetch(request(7, 0, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("7 arrived");
    }

    @Test
    void leavesABodyThatStops() throws InterruptedException {
        lanes.fetch(request(14, 2, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("14 BROKEN");
        lanes.fetch(request(15, 0, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("15 arrived");
    }

    @Test
    void takesBackWhatIsNotSent() throws InterruptedException {
        int open = Lane.ORDINARY.connections();
        for (int i = 0; i < open; i++) {
            lanes.fetch(request(20 + i, 1, Lane.ORDINARY));
        }
        lanes.fetch(request(10, 0, Lane.ORDINARY));
        assertThat(lanes.withdrawUnsent(10)).isTrue();
        assertThat(outcome()).isEqualTo("10 WITHDRAWN");
        assertThat(lanes.withdrawUnsent(11)).isFalse();
    }

    @Test
    void keepsOrdinaryRequestsFromWaitingBehindSpareOnes() throws InterruptedException {
        lanes.fetch(request(30, 1, Lane.SPARE));
        lanes.fetch(request(31, 1, Lane.SPARE));
        lanes.fetch(request(32, 0, Lane.ORDINARY));
        assertThat(outcome()).isEqualTo("32 arrived");
        assertThat(lanes.urgeUnsent(31)).isTrue();
    }

    @Test
    void failsAllWhenClosed() throws InterruptedException {
        lanes.fetch(request(12, 1, Lane.ORDINARY));
        lanes.close();
        lanes.fetch(request(13, 0, Lane.ORDINARY));
        assertThat(Arrays.asList(outcome(), outcome())).containsExactlyInAnyOrder("12 BROKEN", "13 BROKEN");
    }

    private String outcome() throws InterruptedException {
        String outcome = outcomes.poll(30, TimeUnit.SECONDS);
        return outcome == null ? "nothing" : outcome;
    }

    /** The chunk's number tells the neighbour how to behave. */
    private static ChunkRequest request(long id, int behaviour, Lane lane) {
        return new ChunkRequest(id, NEIGHBOUR, BLOB, behaviour, behaviour, LENGTH, lane);
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String range = exchange.headers().get("Range");
        int behaviour = Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
        switch (behaviour) {
            case 0 -> exchange.respond(206, new DefaultHttpHeaders(), new byte[LENGTH]);
            case 1 -> held.await();
            case 2 -> {
                try (BodyWriter body = exchange.start(206, new DefaultHttpHeaders(), LENGTH)) {
                    body.write(ByteBuffer.allocate(LENGTH / 2));
                    held.await();
                }
            }
            case 206 -> {
                try (BodyWriter body = exchange.start(206, new DefaultHttpHeaders(), LENGTH)) {
                    body.write(ByteBuffer.allocate(LENGTH / 2));
                }
            }
            default -> exchange.respond(behaviour, new DefaultHttpHeaders(), new byte[3]);
        }
    }

    private final class Recorder implements ChunkReceiver {

        @Override
        public void progressed(ChunkRequest request, int bytes) {
            assertThat(bytes).isLessThan(LENGTH);
        }

        @Override
        public void arrived(ChunkRequest request, ByteBuffer bytes, Duration took) {
            outcomes.add(request.id() + (bytes.remaining() == LENGTH ? " arrived" : " arrived short"));
        }

        @Override
        public void failed(ChunkRequest request, Failure failure) {
            outcomes.add(request.id() + " " + failure);
        }
    }
}
