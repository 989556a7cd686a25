package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.Test;

class WebSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String OPENING = """
            %s /link HTTP/1.1\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private static class Recorder implements WebSocketListener {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        final CompletableFuture<WebSocketLink> closed = new CompletableFuture<>();

        @Override
        public void onText(WebSocketLink link, String text) {
            texts.add(text);
        }

        @Override
        public void onClosed(WebSocketLink link) {
            closed.complete(link);
        }
    }

    private static final class Echo implements WebSocketListener {
        final CompletableFuture<WebSocketLink> closed = new CompletableFuture<>();

        @Override
        public void onText(WebSocketLink link, String text) {
            link.send(text);
        }

        @Override
        public void onClosed(WebSocketLink link) {
            closed.complete(link);
        }
    }

    @Test
    void carriesTextsInOrderBothWaysAndTellsOfTheEnd() throws Exception {
        Echo echo = new Echo();
        HttpServer server = serve(exchange -> exchange.upgradeToWebSocket(echo));
        Recorder recorder = new Recorder();

        WebSocketLink link = WebSocketClient.connect(uri(server), recorder, PATIENCE);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            sent.add("message " + i);
        }
        sent.add("x".repeat(3_000_000));
        sent.forEach(link::send);
        List<String> received = new ArrayList<>();
        while (received.size() < sent.size()) {
            String text = recorder.texts.poll(10, TimeUnit.SECONDS);
            assertThat(text).isNotNull();
            received.add(String.valueOf(text));
        }
        assertThat(received).isEqualTo(sent);

        link.close();
        recorder.closed.get(10, TimeUnit.SECONDS);
        echo.closed.get(10, TimeUnit.SECONDS);
        assertThat(link.isOpen()).isFalse();
        assertThat(link.bufferedBytes()).isZero();
        server.close(Duration.ZERO);
    }

    @Test
    void closingTheServerEndsItsLinks() throws Exception {
        HttpServer server = serve(exchange -> exchange.upgradeToWebSocket(new Echo()));
        Recorder recorder = new Recorder();
        WebSocketLink link = WebSocketClient.connect(uri(server), recorder, PATIENCE);

        server.close(Duration.ofMinutes(1));

        assertThat(recorder.closed.get(10, TimeUnit.SECONDS)).isSameAs(link);
    }

    @Test
    void reportsARefusal() throws Exception {
        HttpServer server = serve(exchange -> exchange.respond(403, new DefaultHttpHeaders(), new byte[0]));

        assertThatThrownBy(() -> WebSocketClient.connect(uri(server), new Recorder(), PATIENCE)).isInstanceOf(IOException.class)
                .hasMessageContaining("403");
        server.close(Duration.ZERO);
    }

    @Test
    void reportsThatNobodyListens() throws Exception {
        HttpServer server = serve(_ -> {});
        URI uri = uri(server);
        server.close(Duration.ZERO);

        assertThatThrownBy(() -> WebSocketClient.connect(uri, new Recorder(), PATIENCE)).isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void answersWhoSpeaksNoWebSocket() throws Exception {
        HttpServer server = serve(exchange -> exchange.upgradeToWebSocket(new Echo()));
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.send("GET /link HTTP/1.1\r\n\r\n").read().status()).isEqualTo(400);
            assertThat(client.isAtEnd()).isTrue();
        }
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.send(OPENING.formatted("POST")).read().status()).isEqualTo(400);
        }
        server.close(Duration.ZERO);
    }

    @Test
    void failsTheUpgradeOfAClientThatHasLeft() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        HttpServer server = serve(exchange -> {
            exchange.onClose(left::countDown);
            left.await();
            try {
                exchange.upgradeToWebSocket(new Echo());
            } catch (IOException e) {
                failure.complete(e);
            }
        });

        new RawClient(server.port()).send(OPENING.formatted("GET")).leave();

        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("could not be opened");
        server.close(Duration.ZERO);
    }

    @Test
    void closesTheLinkWhoseListenerFails() throws Exception {
        HttpServer server = serve(exchange -> exchange.upgradeToWebSocket(new Echo()));
        Recorder recorder = new Recorder() {
            @Override
            public void onText(WebSocketLink link, String text) {
                throw new IllegalStateException("on purpose");
            }
        };

        WebSocketClient.connect(uri(server), recorder, PATIENCE).send("hello");

        recorder.closed.get(10, TimeUnit.SECONDS);
        server.close(Duration.ZERO);
    }

    private static HttpServer serve(HttpHandler handler) throws IOException {
        return HttpServer.start("test", new HostPort("127.0.0.1", 0), handler, HttpServerOptions.defaults());
    }

    private static URI uri(HttpServer server) {
        return URI.create("ws://127.0.0.1:" + server.port() + "/link");
    }
}
