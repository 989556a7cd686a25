package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

class UpstreamOriginTest {

    private static final byte[] BLOB = Fixture.content(3_000_000);
    private static final OptionalLong SIZE = OptionalLong.of(BLOB.length);
    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    /** Late enough that the client has seen the head of the answer before the end of the connection. */
    private static final int CUT = 1_000_000;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    /** The first byte that a request is after. */
    private static int first(FakeServer.Request request) {
        Matcher matcher = RANGE.matcher(request.header("Range"));
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** As a good registry answers, but only up to a byte, where the connection breaks. */
    private static void serve(FakeServer.Request request, FakeServer.Reply reply, int cutAt) throws IOException {
        int from = first(request);
        Matcher matcher = RANGE.matcher(request.header("Range"));
        boolean ranged = matcher.matches();
        int end = ranged && !matcher.group(2).isEmpty() ? Integer.parseInt(matcher.group(2)) + 1 : BLOB.length;
        reply.head(ranged ? 206 : 200, ranged
                ? Map.of("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + BLOB.length, "ETag", "\"v1\"")
                : Map.of("ETag", "\"v1\"", "Content-Type", "application/octet-stream"), end - from);
        reply.bytes(BLOB, from, Math.clamp(cutAt, from, end));
        if (cutAt < end) {
            reply.cut();
        }
    }

    private static FakeServer.Handler good() {
        return (request, reply) -> serve(request, reply, BLOB.length);
    }

    private static UpstreamOrigin origin(Upstream upstream, OptionalLong size) {
        return new UpstreamOrigin(upstream, Fixture.blob(), size);
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(BLOB, from, to);
    }

    private static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(OriginException.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void readsAWholeBlobWithAnOrdinaryGet() throws Exception {
        try (FakeServer registry = FakeServer.start(good());
                Upstream upstream = Fixture.upstream(registry);
                UpstreamBody body = origin(upstream, UNKNOWN).open(0)) {
            assertThat(body.blobSize()).isEqualTo(BLOB.length);
            assertThat(body.headers().firstValue("content-type")).contains("application/octet-stream");
            assertThat(Fixture.readAll(body)).isEqualTo(BLOB);
            assertThat(body.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(registry.requests().getFirst().all("Range")).isEmpty();
        }
    }

    @Test
    void readsRanges() throws Exception {
        try (FakeServer registry = FakeServer.start(good()); Upstream upstream = Fixture.upstream(registry)) {
            UpstreamOrigin origin = origin(upstream, UNKNOWN);
            assertThat(Fixture.readAll(origin.open(1000))).isEqualTo(part(1000, BLOB.length));
            assertThat(Fixture.readAll(origin.open(1000, 500))).isEqualTo(part(1000, 1500));
            assertThat(Fixture.readAll(origin.open(0, 7))).isEqualTo(part(0, 7));
            assertThat(registry.requests()).extracting(request -> request.header("Range"))
                    .containsExactly("bytes=1000-", "bytes=1000-1499", "bytes=0-6");
            assertThat(registry.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 206, 416})
    void readsOnWhereTheWholeCameInsteadOfAPart(int toRange) throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (toRange == 206) {
                serve(request, reply, BLOB.length);
            } else if (toRange == 416 && !request.all("Range").isEmpty()) {
                reply.send(416, Map.of());
            } else {
                reply.send(200, Map.of("ETag", "\"v1\""), BLOB);
            }
        }); Upstream upstream = Fixture.upstream(registry); UpstreamBody body = origin(upstream, UNKNOWN).open(0, 1000)) {
            assertThat(body.etag()).contains("\"v1\"");
            assertThat(body.readOn()).isEqualTo(toRange != 206);
            assertThat(Fixture.readAll(body)).isEqualTo(toRange == 206 ? part(0, 1000) : BLOB);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 416})
    void skipsForwardWhereTheRegistryKnowsNoRanges(int toRange) throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (toRange == 416 && !request.all("Range").isEmpty()) {
                reply.send(416, Map.of());
            } else {
                reply.send(200, Map.of(), BLOB);
            }
        }); Upstream upstream = Fixture.upstream(registry)) {
            assertThat(Fixture.readAll(origin(upstream, UNKNOWN).open(2_999_000))).isEqualTo(part(2_999_000, BLOB.length));
            assertThat(Fixture.readAll(origin(upstream, SIZE).open(1000, 500))).isEqualTo(part(1000, 1500));
        }
    }

    @Test
    void resumesABrokenBodyWhereItEnded() throws Exception {
        AtomicInteger cut = new AtomicInteger();
        try (FakeServer registry = FakeServer.start((request, reply) -> serve(request, reply, cut.addAndGet(1_200_000)));
                Upstream upstream = Fixture.upstream(registry);
                UpstreamBody body = origin(upstream, SIZE).open(0)) {
            assertThat(Fixture.readAll(body)).isEqualTo(BLOB);
            assertThat(registry.requests()).extracting(request -> request.header("Range"))
                    .containsExactly("", "bytes=1200000-", "bytes=2400000-");
            assertThat(registry.requests()).extracting(request -> request.header("If-Range")).containsExactly("", "\"v1\"", "\"v1\"");
        }
    }

    @Test
    void resumesARangeWithinItsBounds() throws Exception {
        AtomicInteger cut = new AtomicInteger(CUT);
        try (FakeServer registry = FakeServer.start((request, reply) -> serve(request, reply, cut.getAndSet(BLOB.length)));
                Upstream upstream = Fixture.upstream(registry);
                UpstreamBody body = origin(upstream, UNKNOWN).open(100_000, 2_000_000)) {
            assertThat(Fixture.readAll(body)).isEqualTo(part(100_000, 2_100_000));
            assertThat(registry.requests().getLast().header("Range")).isEqualTo("bytes=1000000-2099999");
        }
    }

    @Test
    void resumesAStalledBody() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (requests.getAndIncrement() == 0) {
                reply.head(200, Map.of(), BLOB.length);
                reply.bytes(BLOB, 0, 5000);
                reply.stall();
            }
            serve(request, reply, BLOB.length);
        });
                Upstream upstream = Fixture.upstream(registry.uri(), Fixture.HASTY_WITH_BODIES);
                UpstreamBody body = origin(upstream, SIZE).open(0)) {
            assertThat(Fixture.readAll(body)).isEqualTo(BLOB);
            assertThat(registry.requests()).hasSizeGreaterThan(1);
        }
    }

    @Test
    void takesDrippingBytesForAStall() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            reply.head(200, Map.of(), Long.MAX_VALUE);
            while (true) {
                reply.bytes(BLOB, 0, 1);
                reply.pause(Duration.ofMillis(20));
            }
        }); Upstream upstream = Fixture.upstream(registry.uri(), Fixture.HASTY_WITH_BODIES)) {
            try (UpstreamAnswer answer = upstream.send(Fixture.blob())) {
                assertFails(Kind.UNAVAILABLE, () -> answer.readAll(1_000_000));
            }
        }
    }

    @Test
    void asksAgainWhereTheRegistryHasEndedAnIdleConnection() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            reply.send(200, Map.of(), BLOB);
            reply.cut();
        }); Upstream upstream = Fixture.upstream(registry)) {
            for (int round = 0; round < 20; round++) {
                assertThat(Fixture.readAll(origin(upstream, SIZE).open(0))).isEqualTo(BLOB);
            }
        }
    }

    @Test
    void givesUpOnABodyThatBreaksWithoutProgress() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> serve(request, reply, CUT));
                Upstream upstream = Fixture.upstream(registry);
                UpstreamBody body = origin(upstream, SIZE).open(0)) {
            assertFails(Kind.UNAVAILABLE, () -> Fixture.readAll(body));
            assertThat(registry.requests()).hasSizeBetween(4, 16);
        }
    }

    @Test
    void reportsARefusalWhileResuming() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (requests.getAndIncrement() == 0) {
                serve(request, reply, CUT);
            }
            reply.send(401, Map.of());
        }); Upstream upstream = Fixture.upstream(registry); UpstreamBody body = origin(upstream, SIZE).open(0)) {
            assertFails(Kind.UNAUTHORIZED, () -> Fixture.readAll(body));
        }
    }

    @Test
    void noticesThatABlobChangedBetweenAttempts() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (requests.getAndIncrement() == 0) {
                serve(request, reply, CUT);
            }
            reply.send(200, Map.of(), new byte[BLOB.length + 1]);
        }); Upstream upstream = Fixture.upstream(registry); UpstreamBody body = origin(upstream, UNKNOWN).open(0)) {
            assertFails(Kind.WRONG_CONTENT, () -> Fixture.readAll(body));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2_999_999, 3_000_001})
    void refusesABlobOfAnotherSize(int size) throws Exception {
        try (FakeServer registry = FakeServer.start(good()); Upstream upstream = Fixture.upstream(registry)) {
            assertFails(Kind.WRONG_CONTENT, () -> origin(upstream, OptionalLong.of(size)).open(0));
        }
    }

    @Test
    void refusesAnUnannouncedBodyThatGoesOn() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply
                .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"));
                Upstream upstream = Fixture.upstream(registry)) {
            assertThat(Fixture.readAll(origin(upstream, UNKNOWN).open(0)))
                    .isEqualTo("hello!".getBytes(StandardCharsets.UTF_8));
            assertThat(Fixture.readAll(origin(upstream, OptionalLong.of(6)).open(0))).hasSize(6);
            assertThat(Fixture.readAll(origin(upstream, OptionalLong.of(6)).open(1, 2))).hasSize(2);
            assertFails(Kind.WRONG_CONTENT, () -> Fixture.readAll(origin(upstream, OptionalLong.of(5)).open(0)));
        }
    }

    @Test
    void doesNotTakeBytesBeyondTheAnnouncedLengthForTheNextAnswer() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            reply.head(200, Map.of(), 5);
            reply.text("hello, HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong");
        }); Upstream upstream = Fixture.upstream(registry)) {
            for (int round = 0; round < 3; round++) {
                assertThat(Fixture.readAll(origin(upstream, OptionalLong.of(5)).open(0)))
                        .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void resumesABodyWithoutLengthThatEndsTooEarly() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (requests.getAndIncrement() == 0) {
                reply.text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                reply.bytes(BLOB, 0, 1000);
                reply.cut();
            }
            serve(request, reply, BLOB.length);
        }); Upstream upstream = Fixture.upstream(registry)) {
            assertThat(Fixture.readAll(origin(upstream, SIZE).open(0))).isEqualTo(BLOB);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes 11-99/3000000", "bytes 0-99/3000000", "bytes 10-100/3000000", "bytes */3000000", "bytes 99-10/100",
            "nonsense"})
    void refusesAnotherRangeThanItAskedFor(String contentRange) throws Exception {
        try (FakeServer registry = FakeServer
                .start((request, reply) -> reply.send(206, Map.of("Content-Range", contentRange), new byte[90]));
                Upstream upstream = Fixture.upstream(registry)) {
            assertFails(Kind.UNAVAILABLE, () -> origin(upstream, SIZE).open(10, 90));
        }
    }

    @Test
    void takesARangeWhoseTotalIsUnknown() throws Exception {
        try (FakeServer registry = FakeServer
                .start((request, reply) -> reply.send(206, Map.of("Content-Range", "bytes 10-99/*"), part(10, 100)));
                Upstream upstream = Fixture.upstream(registry)) {
            assertThat(Fixture.readAll(origin(upstream, UNKNOWN).open(10))).isEqualTo(part(10, 100));
            assertThat(Fixture.readAll(origin(upstream, SIZE).open(10, 90))).isEqualTo(part(10, 100));
        }
    }

    @ParameterizedTest
    @CsvSource({"401,UNAUTHORIZED", "403,FORBIDDEN", "404,NOT_FOUND", "410,NOT_FOUND", "429,THROTTLED", "500,UNAVAILABLE",
            "502,UNAVAILABLE",
            "503,UNAVAILABLE", "400,UNAVAILABLE", "204,UNAVAILABLE"})
    void saysWhatAnAnswerMeans(int status, Kind kind) throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (status == 204) {
                reply.text("HTTP/1.1 204 Nothing\r\n\r\n");
            } else {
                reply.send(status, Map.of(), new byte[10]);
            }
        }); Upstream upstream = Fixture.upstream(registry)) {
            assertFails(kind, () -> origin(upstream, SIZE).open(0));
        }
    }

    @Test
    void givesUpOnASilentRegistry() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.stall());
                Upstream upstream = Fixture.upstream(registry.uri(), Fixture.HASTY_WITH_HEADERS)) {
            assertFails(Kind.UNAVAILABLE, () -> origin(upstream, SIZE).open(0));
        }
    }

    @Test
    void givesUpOnARegistryThatHangsUp() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.cut()); Upstream upstream = Fixture.upstream(registry)) {
            assertFails(Kind.UNAVAILABLE, () -> origin(upstream, SIZE).open(0));
            assertThat(registry.requests()).hasSizeLessThan(6);
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        FakeServer gone = FakeServer.start(good());
        gone.close();
        try (Upstream upstream = Fixture.upstream(gone)) {
            assertFails(Kind.UNAVAILABLE, () -> origin(upstream, SIZE).open(0));
        }
    }

    @Test
    void closingEarlyEndsTheConnectionAndWakesTheReader() throws Exception {
        AtomicInteger broken = new AtomicInteger();
        CountDownLatch noticed = new CountDownLatch(1);
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            reply.head(200, Map.of(), Long.MAX_VALUE);
            try {
                while (true) {
                    reply.bytes(BLOB, 0, 100_000);
                }
            } catch (IOException cut) {
                broken.incrementAndGet();
                noticed.countDown();
                throw cut;
            }
        }); Upstream upstream = Fixture.upstream(registry)) {
            UpstreamBody body = origin(upstream, UNKNOWN).open(0);
            assertThat(body.read(ByteBuffer.allocate(10))).isPositive();
            body.close();
            assertThat(noticed.await(20, TimeUnit.SECONDS)).isTrue();
            assertFails(Kind.UNAVAILABLE, () -> Fixture.readAll(body));
            assertThat(registry.requests()).hasSize(1);
        }
    }

    @Test
    void closingWakesAReaderThatWaits() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            reply.head(200, Map.of(), 100);
            reply.stall();
        }); Upstream upstream = Fixture.upstream(registry)) {
            UpstreamBody body = origin(upstream, UNKNOWN).open(0);
            Thread closer = Thread.ofVirtual().start(body::close);
            assertFails(Kind.UNAVAILABLE, () -> Fixture.readAll(body));
            assertThat(closer.join(Duration.ofSeconds(20))).isTrue();
            assertThat(registry.requests()).hasSize(1);
        }
    }
}
