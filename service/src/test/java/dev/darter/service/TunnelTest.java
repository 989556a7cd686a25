package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelTest {
    private final HttpServer server = serve();

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
    }

    @Test
    void movesBytesBothWaysUntilOneSideEnds() throws Exception {
        try (ServerSocket listener = new ServerSocket(0); RawClient client = new RawClient(server.port())) {
            String target = "127.0.0.1:" + listener.getLocalPort();
            client.send("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            try (Socket far = listener.accept()) {
                client.send("GET /this/is/not/for/us HTTP/1.1\r\n\r\n");
                assertThat(far.getInputStream().readNBytes(36)).asString(StandardCharsets.UTF_8).startsWith("GET /this/is/not/for/us");
                byte[] large = new byte[5_000_000];
                large[4_999_999] = 7;
                Thread sender = Thread.ofVirtual().start(() -> write(far, large));
                assertThat(client.in().readNBytes(large.length)).isEqualTo(large);
                sender.join();
            }
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void closesTheFarEndWhenTheClientLeaves() throws Exception {
        try (ServerSocket listener = new ServerSocket(0); RawClient client = new RawClient(server.port())) {
            client.send("CONNECT 127.0.0.1:" + listener.getLocalPort() + " HTTP/1.1\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            try (Socket far = listener.accept()) {
                client.leave();
                assertThat(far.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void leavesTheAnswerToTheHandlerWhenTheTargetIsNotThere() throws Exception {
        int port;
        try (ServerSocket listener = new ServerSocket(0)) {
            port = listener.getLocalPort();
        }
        try (RawClient client = new RawClient(server.port())) {
            client.send("CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static HttpServer serve() {
        try {
            return HttpServer.start("test", new HostPort("127.0.0.1", 0), exchange -> {
                try {
                    exchange.tunnelTo(HostPort.parse(exchange.target()));
                } catch (IOException e) {
                    exchange.respond(502, new DefaultHttpHeaders(), new byte[0]);
                }
            }, HttpServerOptions.defaults());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
