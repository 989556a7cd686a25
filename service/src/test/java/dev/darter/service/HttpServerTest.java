package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
    private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer server = serve(exchange -> {
        throw new IllegalStateException("on purpose");
    }, HttpServerOptions.defaults());

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
        client.close();
    }

    @Test
    void answersWithStatusHeadersAndBody() throws Exception {
        restart(exchange -> exchange.respond(201, new DefaultHttpHeaders().set("X-Path", exchange.path()),
                bytes(exchange.query("ns").orElse("none"))));

        HttpResponse<String> response = get("/v2/lib/app?ns=ghcr.io");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("X-Path")).contains("/v2/lib/app");
        assertThat(response.body()).isEqualTo("ghcr.io");
    }

    @Test
    void answers500WhenTheHandlerFails() throws Exception {
        HttpResponse<String> response = get("/");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"error\":\"internal error\"}\n");
    }

    @Test
    void answers500WhenTheHandlerForgets() throws Exception {
        restart(_ -> {});

        assertThat(get("/").statusCode()).isEqualTo(500);
    }

    @Test
    void readsRequestBodies() throws Exception {
        restart(exchange -> exchange.respond(200, new DefaultHttpHeaders(), exchange.body(1 << 20)));
        String text = "x".repeat(300_000);

        HttpRequest request = HttpRequest.newBuilder(uri("/")).POST(HttpRequest.BodyPublishers.ofString(text)).build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo(text);
    }

    @Test
    void waitsForContinueBeforeItReads() throws Exception {
        restart(exchange -> exchange.respond(200, new DefaultHttpHeaders(), exchange.body(100)));

        HttpRequest request = HttpRequest.newBuilder(uri("/"))
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("hello");
    }

    @Test
    void tellsTheHandlerThatABodyIsTooLarge() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        restart(exchange -> {
            try {
                exchange.body(10);
            } catch (BodyTooLargeException e) {
                thrown.complete(e);
                exchange.respond(413, new DefaultHttpHeaders(), bytes("no"));
            }
        });

        HttpRequest request = HttpRequest.newBuilder(uri("/")).POST(HttpRequest.BodyPublishers.ofString("hello, world")).build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        assertThat(thrown.get()).hasMessageContaining("10 bytes");
    }

    @Test
    void sendsFilesAndLeavesThemOpen(@TempDir Path folder) throws Exception {
        byte[] content = new byte[10_000_000];
        new Random(7).nextBytes(content);
        Path file = Files.write(folder.resolve("content"), content);
        try (FileChannel channel = FileChannel.open(file)) {
            restart(exchange -> {
                try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), content.length - 5)) {
                    body.sendFile(channel, 5, 1_000_000);
                    body.sendFile(channel, 1_000_005, content.length - 1_000_005);
                }
            });

            for (int round = 0; round < 2; round++) {
                byte[] received = client.send(HttpRequest.newBuilder(uri("/")).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
                assertThat(ByteBuffer.wrap(received)).isEqualTo(ByteBuffer.wrap(content, 5, content.length - 5));
            }
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void cutsOffClientThatTakesNothing(@TempDir Path folder) throws Exception {
        long length = 64 << 20;
        CompletableFuture<IOException> failure = new CompletableFuture<>();
        try (FileChannel channel = sparse(folder, length)) {
            restart(exchange -> {
                try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), length)) {
                    body.sendFile(channel, 0, length, Duration.ofMillis(200));
                } catch (IOException e) {
                    failure.complete(e);
                }
            });
            try (RawClient client = new RawClient(server.port())) {
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readHead();
                assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("the client takes nothing");
            }
        }
    }

    /** What a socket has taken counts as sent. */
    @Test
    void takesLittleMoreThanTheLinkDoes(@TempDir Path folder) throws Exception {
        long length = 64 << 20;
        int slice = 16 << 10;
        AtomicLong taken = new AtomicLong();
        CompletableFuture<IOException> failure = new CompletableFuture<>();
        try (FileChannel channel = sparse(folder, length)) {
            restart(exchange -> {
                try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), length)) {
                    for (long done = 0; done < length; done = taken.addAndGet(slice)) {
                        body.sendFile(channel, done, slice, Duration.ofMillis(500));
                    }
                } catch (IOException e) {
                    failure.complete(e);
                }
            }, HttpServerOptions.defaults().withMaxUnsent(128 << 10));
            try (Socket client = new Socket()) {
                client.setReceiveBufferSize(32 << 10);
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("the client takes nothing");
                assertThat(taken).hasValueLessThan(512 << 10);
            }
        }
    }

    @Test
    void sendsChunkedBodiesOfBuffersAndFiles(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("content"), "from a file");
        try (FileChannel channel = FileChannel.open(file)) {
            restart(exchange -> {
                try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), -1)) {
                    body.write(ByteBuffer.wrap(bytes("from memory, ")));
                    body.sendFile(channel, 0, 11);
                    body.finish();
                }
            });

            assertThat(get("/").body()).isEqualTo("from memory, from a file");
        }
    }

    @Test
    void cutsABodyThatIsNotComplete() throws Exception {
        restart(exchange -> {
            try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), 100)) {
                body.write(ByteBuffer.wrap(bytes("only this")));
            }
        });

        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
    }

    @Test
    void cutsAChunkedBodyThatWasNotFinished() throws Exception {
        restart(exchange -> {
            try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), -1)) {
                body.write(ByteBuffer.wrap(bytes("only this")));
            }
        });

        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
    }

    @Test
    void answersHeadWithTheLengthAlone() throws Exception {
        restart(exchange -> exchange.respond(200, new DefaultHttpHeaders(), bytes("twelve bytes")));

        HttpResponse<String> response = client.send(HttpRequest.newBuilder(uri("/")).HEAD().build(), HttpResponse.BodyHandlers.ofString());

        assertThat(response.headers().firstValue("Content-Length")).contains("12");
        assertThat(response.body()).isEmpty();
        assertThat(get("/").body()).isEqualTo("twelve bytes");
    }

    private static FileChannel sparse(Path folder, long length) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve("sparse"), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.READ);
        channel.write(ByteBuffer.wrap(new byte[1]), length - 1);
        return channel;
    }

    private void restart(HttpHandler handler) {
        restart(handler, HttpServerOptions.defaults());
    }

    private void restart(HttpHandler handler, HttpServerOptions options) {
        server.close(Duration.ZERO);
        server = serve(handler, options);
    }

    private static HttpServer serve(HttpHandler handler, HttpServerOptions options) {
        try {
            return HttpServer.start("test", ANY_PORT, handler, options);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private URI uri(String target) {
        return URI.create("http://127.0.0.1:" + server.port() + target);
    }

    private HttpResponse<String> get(String target) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(target)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
