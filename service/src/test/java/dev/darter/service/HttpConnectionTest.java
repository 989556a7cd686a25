package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do that is not a plain request on a fresh connection. */
class HttpConnectionTest {
    private static final String GET = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final HttpServerOptions OPTIONS = HttpServerOptions.defaults();

    private HttpServer server = serve(HttpConnectionTest::echoTarget, OPTIONS);

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        restart(exchange -> {
            if (exchange.path().equals("/first")) {
                release.await();
            }
            echoTarget(exchange);
        }, OPTIONS);

        try (RawClient client = client().send(GET.formatted("/first") + GET.formatted("/second") + GET.formatted("/third"))) {
            release.countDown();

            assertThat(client.read().body()).isEqualTo("/first");
            assertThat(client.read().body()).isEqualTo("/second");
            assertThat(client.read().body()).isEqualTo("/third");
        }
    }

    /** A reset would take the answer from a client that reads only when it has sent everything. */
    @Test
    void letsAClientThatSendsTooMuchReadItsRefusal() throws Exception {
        String overlong = "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(4 << 20) + "\r\n\r\n";
        try (RawClient client = client().send(overlong)) {
            assertThat(client.read().status()).isEqualTo(431);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void takesAThousandPipelinedRequests() throws Exception {
        try (RawClient client = client()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                requests.append(GET.formatted("/" + i));
            }
            client.send(requests.toString());
            for (int i = 0; i < 1000; i++) {
                assertThat(client.read().body()).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void givesAbsoluteTargetsToTheHandlerAsTheyAre() throws Exception {
        CompletableFuture<String> path = new CompletableFuture<>();
        restart(exchange -> {
            path.complete(exchange.path() + " " + exchange.query("ns").orElse(""));
            echoTarget(exchange);
        }, OPTIONS);

        try (RawClient client = client().send(GET.formatted("http://registry.example:5000/v2/?ns=a%2Fb"))) {
            assertThat(client.read().body()).isEqualTo("http://registry.example:5000/v2/?ns=a%2Fb");
            assertThat(path.get()).isEqualTo("/v2/ a/b");
        }
    }

    @Test
    void refusesLongTargetsAndHeadersAndWhatIsNoHttp() throws Exception {
        refuses("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n\r\n", 414);
        refuses("GET / HTTP/1.1\r\nX: " + "y".repeat(70_000) + "\r\n\r\n", 431);
        refuses("nonsense\r\n\r\n", 400);
        refuses("GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400);
        refuses("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400);
        refuses("GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400);
        refuses("GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400);
    }

    private void refuses(String request, int status) throws IOException {
        try (RawClient client = client().send(request)) {
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("Content-Type")).contains("application/json");
            assertThat(answer.body()).startsWith("{\"error\":");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void refusalsComeInTheirTurn() throws Exception {
        try (RawClient client = client().send(GET.formatted("/good") + "nonsense\r\n\r\n")) {
            assertThat(client.read().body()).isEqualTo("/good");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void closesWhereTheClientAsksForIt() throws Exception {
        try (RawClient client = client().send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")) {
            assertThat(client.read().header("Connection")).contains("close");
            assertThat(client.isAtEnd()).isTrue();
        }
        try (RawClient client = client().send("GET / HTTP/1.0\r\n\r\n")) {
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void endsABodyOfUnknownLengthForOldClientsByClosing() throws Exception {
        restart(exchange -> {
            try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), -1)) {
                body.write(ByteBuffer.wrap(bytes("until the end")));
                body.finish();
            }
        }, OPTIONS);

        try (RawClient client = client().send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")) {
            assertThat(client.readHead().header("Transfer-Encoding")).isEmpty();
            assertThat(new String(client.in().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("until the end");
        }
    }

    @Test
    void closesAfterAnAnswerThatDidNotWaitForTheRequestsBody() throws Exception {
        try (RawClient client = client().send("POST /upload HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nonly the start")) {
            assertThat(client.read().header("Connection")).contains("close");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void tellsTheLengthOfWhatHeadLeavesOut() throws Exception {
        restart(exchange -> {
            exchange.start(200, new DefaultHttpHeaders(), 123_456_789_012L).close();
        }, OPTIONS);

        try (RawClient client = client()) {
            for (int round = 0; round < 2; round++) {
                client.send("HEAD / HTTP/1.1\r\n\r\n");
                assertThat(client.readHead().header("Content-Length")).contains("123456789012");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void sendsNoBodyWhereTheStatusForbidsIt(int status) throws Exception {
        restart(exchange -> exchange.respond(status, new DefaultHttpHeaders(), new byte[0]), OPTIONS);

        try (RawClient client = client().send(GET.formatted("/") + GET.formatted("/"))) {
            assertThat(client.readHead().status()).isEqualTo(status);
            assertThat(client.readHead().status()).isEqualTo(status);
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsItsWriterUp() throws Exception {
        AtomicLong written = new AtomicLong();
        int total = 64 << 20;
        restart(exchange -> {
            ByteBuffer block = ByteBuffer.allocate(1 << 20);
            try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), total)) {
                while (written.get() < total) {
                    body.write(block.duplicate());
                    written.addAndGet(block.capacity());
                }
            }
        }, OPTIONS);

        try (RawClient client = client().send(GET.formatted("/"))) {
            client.readHead();
            Awaitility.await().until(() -> {
                long before = written.get();
                TimeUnit.MILLISECONDS.sleep(100);
                return before > 0 && before == written.get();
            });
            assertThat(written.get()).isLessThan(total / 2);

            assertThat(client.in().readNBytes(total)).hasSize(total);
            Awaitility.await().until(() -> written.get() == total);
        }
    }

    @Test
    void tellsTheHandlerThatItsClientHasLeft() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        restart(exchange -> {
            exchange.onClose(left::countDown);
            try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), Long.MAX_VALUE)) {
                while (exchange.isOpen()) {
                    body.write(ByteBuffer.allocate(1 << 16));
                }
                body.write(ByteBuffer.allocate(1));
            } catch (IOException e) {
                failure.complete(e);
                throw e;
            }
        }, OPTIONS);

        client().send(GET.formatted("/")).leave();

        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("gone");
    }

    @Test
    void keepsNothingOfAnsweredRequestsWhileTheConnectionLasts() throws Exception {
        Queue<WeakReference<AtomicLong>> told = new ConcurrentLinkedQueue<>();
        restart(exchange -> {
            AtomicLong kept = new AtomicLong();
            told.add(new WeakReference<>(kept));
            exchange.onClose(() -> kept.set(1));
            exchange.respond(204, new DefaultHttpHeaders(), new byte[0]);
        }, OPTIONS);

        try (RawClient client = client()) {
            for (int i = 0; i < 100; i++) {
                client.send(GET.formatted("/"));
                client.readHead();
            }
            Awaitility.await().until(() -> {
                System.gc();
                return told.stream().filter(each -> each.get() != null).count() <= 1;
            });
        }
        assertThat(told).hasSize(100);
    }

    @Test
    void noticesAClientThatLeavesWhileNothingIsSent() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        restart(exchange -> {
            exchange.onClose(left::countDown);
            asked.countDown();
            left.await();
        }, OPTIONS);

        RawClient client = client().send(GET.formatted("/"));
        asked.await();
        client.leave();

        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cutsWhenTheFileIsShorterThanAnnounced(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("short"), "short");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            restart(exchange -> {
                try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), 100)) {
                    body.sendFile(channel, 0, 100);
                }
            }, OPTIONS);

            try (RawClient client = client().send(GET.formatted("/"))) {
                client.readHead();
                assertThat(client.in().readAllBytes()).hasSizeLessThan(100);
            }
        }
    }

    @Test
    void closesIdleConnectionsAndKeepsThoseWhoseAnswerTakesLong() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        restart(exchange -> {
            release.await();
            echoTarget(exchange);
        }, OPTIONS.withIdleTimeout(Duration.ofMillis(100)));

        try (RawClient waiting = client().send(GET.formatted("/waiting")); RawClient idle = client()) {
            assertThat(idle.isAtEnd()).isTrue();
            release.countDown();
            assertThat(waiting.read().body()).isEqualTo("/waiting");
        }
    }

    /** A byte now and then keeps a connection from being idle; it must not keep it for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"", "GET /first HTTP/1.1\r\n\r\n"})
    void cutsAClientThatDripsItsRequest(String before) throws Exception {
        restart(HttpConnectionTest::echoTarget, OPTIONS.withHeadTimeout(Duration.ofMillis(300)));

        try (RawClient client = client().send(before + "GET / HTTP/1.1\r\nX-Drip: ")) {
            if (!before.isEmpty()) {
                assertThat(client.read().body()).isEqualTo("/first");
            }
            var dripping = Thread.ofVirtual().start(() -> drip(client));
            assertThat(client.isAtEnd()).isTrue();
            client.leave();
            dripping.join();
        }
    }

    private static void drip(RawClient client) {
        try {
            while (true) {
                client.send("x");
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (IOException | InterruptedException cut) {
            // The server has closed, or the test has ended.
        }
    }

    @Test
    void countsNoTimeAgainstAClientBetweenItsRequests() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        restart(exchange -> {
            if (exchange.path().equals("/slow")) {
                release.await();
            }
            echoTarget(exchange);
        }, OPTIONS.withHeadTimeout(Duration.ofMillis(50)));

        try (RawClient idle = client().send(GET.formatted("/first"));
                RawClient slow = client().send(GET.formatted("/slow"));
                RawClient dripping = client().send("GET")) {
            assertThat(idle.read().body()).isEqualTo("/first");
            assertThat(dripping.isAtEnd()).as("the time has passed").isTrue();
            assertThat(idle.send(GET.formatted("/second")).read().body()).isEqualTo("/second");
            release.countDown();
            assertThat(slow.read().body()).isEqualTo("/slow");
        }
    }

    @Test
    void takesABrokenBodyForBroken() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        restart(exchange -> {
            try {
                exchange.body(100);
            } catch (IOException e) {
                failure.complete(e);
                throw e;
            }
        }, OPTIONS);

        try (RawClient client = client().send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n")) {
            assertThat(failure.get(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void givesUpOnAClientThatDoesNotSendItsBody() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        restart(exchange -> {
            try {
                exchange.body(100);
            } catch (IOException e) {
                failure.complete(e);
            }
        }, OPTIONS.withIdleTimeout(Duration.ofMillis(100)));

        try (RawClient client = client().send("POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nonly this")) {
            assertThat(failure.get(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void givesUpOnAClientThatTakesNothingMore() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        restart(exchange -> {
            try (BodyWriter body = exchange.start(200, new DefaultHttpHeaders(), 1L << 40)) {
                while (true) {
                    body.write(ByteBuffer.allocate(1 << 20));
                }
            } catch (IOException e) {
                failure.complete(e);
            }
        }, OPTIONS.withIdleTimeout(Duration.ofMillis(200)));

        try (RawClient client = client().send(GET.formatted("/"))) {
            client.readHead();
            assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("gone");
        }
    }

    @Test
    void lettingRequestsEndWhenItIsClosed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        restart(exchange -> {
            asked.countDown();
            release.await();
            echoTarget(exchange);
        }, OPTIONS);

        try (RawClient idle = client(); RawClient client = client().send(GET.formatted("/last"))) {
            asked.await();
            Thread closing = Thread.ofVirtual().start(() -> server.close(Duration.ofSeconds(10)));
            assertThat(idle.isAtEnd()).isTrue();
            assertThatThrownBy(() -> client()).isInstanceOf(IOException.class);
            release.countDown();

            RawClient.Answer answer = client.read();
            assertThat(answer.body()).isEqualTo("/last");
            assertThat(answer.header("Connection")).contains("close");
            assertThat(client.isAtEnd()).isTrue();
            closing.join();
        }
    }

    @Test
    void cutsWhatDoesNotEndInTime() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        restart(exchange -> {
            asked.countDown();
            new CountDownLatch(1).await(10, TimeUnit.SECONDS);
        }, OPTIONS);

        try (RawClient client = client().send(GET.formatted("/"))) {
            asked.await();
            server.close(Duration.ofMillis(50));
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    private void restart(HttpHandler handler, HttpServerOptions options) {
        server.close(Duration.ZERO);
        server = serve(handler, options);
    }

    private static HttpServer serve(HttpHandler handler, HttpServerOptions options) {
        try {
            return HttpServer.start("test", new HostPort("127.0.0.1", 0), handler, options);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private RawClient client() throws IOException {
        return new RawClient(server.port());
    }

    private static void echoTarget(HttpExchange exchange) throws IOException {
        exchange.respond(200, new DefaultHttpHeaders(), bytes(exchange.target()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
