package dev.darter.registry;

import static dev.darter.registry.ProxyFixture.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;

@Timeout(120)
class BlobRangesTest {

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private ProxyFixture proxy;
    private byte[] layer;
    private String target;
    private Digest digest;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "team.example=" + registry.url());
        layer = TestBytes.random(10_000, 7);
        digest = registry.blob(layer);
        target = "/v2/lib/app/blobs/" + digest;
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    @Test
    void sendsOneRange() throws Exception {
        HttpResponse<byte[]> answer = proxy.get(target, "Range", "bytes=1500-4200");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes 1500-4200/10000");
        assertThat(header(answer, "Content-Length")).isEqualTo("2701");
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(layer, 1500, 4201));
        assertThat(proxy.source.opened().getFirst().wanted()).isEqualTo(new WantedBytes.Parts(List.of(new ByteRange(1500, 4200))));
    }

    private WantedBytes wantedWith(String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Range";
        all[headers.length + 1] = "bytes=1500-4200";
        assertThat(proxy.get(target, all).statusCode()).isEqualTo(206);
        return proxy.source.opened().getLast().wanted();
    }

    private static WantedBytes part(WantedBytes.Haste haste, LazyMode rest) {
        return new WantedBytes.Parts(List.of(new ByteRange(1500, 4200)), haste, rest);
    }

    @Test
    void heedsWhatClientsOfDragonflySay() throws Exception {
        assertThat(wantedWith("X-Dragonfly-Priority", "3")).isEqualTo(part(WantedBytes.Haste.AHEAD, LazyMode.FILL_IN_BACKGROUND));
        assertThat(wantedWith("X-Dragonfly-Priority", "6", "X-Dragonfly-Use-P2P", "true", "X-Dragonfly-Prefetch", "false"))
                .isEqualTo(part(WantedBytes.Haste.WAITING, LazyMode.RANGES_ONLY));
        assertThat(wantedWith("X-Dragonfly-Priority", "most")).isEqualTo(part(WantedBytes.Haste.WAITING, LazyMode.FILL_IN_BACKGROUND));
        try (ProxyFixture rangesOnly = new ProxyFixture(data.resolve("other"), it -> it.withLazy(LazyMode.RANGES_ONLY),
                "team.example=" + registry.url())) {
            assertThat(rangesOnly.get(target, "Range", "bytes=1500-4200").statusCode()).isEqualTo(206);
            assertThat(rangesOnly.get(target, "Range", "bytes=1500-4200", "X-Dragonfly-Prefetch", "true").statusCode()).isEqualTo(206);
            assertThat(rangesOnly.source.opened()).extracting(BlobRequest::wanted)
                    .containsExactly(part(WantedBytes.Haste.WAITING, LazyMode.RANGES_ONLY),
                            part(WantedBytes.Haste.WAITING, LazyMode.FILL_IN_BACKGROUND));
        }
    }

    @Test
    void findsTheRegistryThatAHeaderNames() throws Exception {
        try (FakeRegistry other = new FakeRegistry();
                ProxyFixture two = new ProxyFixture(data.resolve("two"), UnaryOperator.identity(), "team.example=" + registry.url(),
                        "other.example=" + other.url())) {
            byte[] content = TestBytes.random(300, 8);
            String path = "/v2/lib/app/blobs/" + other.blob(content);
            assertThat(two.get(path, "X-Dragonfly-Registry", other.url()).body()).isEqualTo(content);
            assertThat(two.get(path, "X-Dragonfly-Registry", "https://other.example").body()).isEqualTo(content);
            assertThat(two.get(path, "X-Dragonfly-Registry", "other.example").body()).isEqualTo(content);
            assertThat(header(two.get(path), "X-Dragonfly-Error-Type")).as("the default registry does not have it").isEqualTo("backend");
            HttpResponse<byte[]> refused = two.get(path, "X-Dragonfly-Registry", "https://elsewhere.example");
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(header(refused, "X-Dragonfly-Error-Type")).isEqualTo("proxy");
        }
    }

    @Test
    void sendsOpenEndedAndSuffixRanges() throws Exception {
        assertThat(proxy.get(target, "Range", "bytes=9990-").body()).isEqualTo(Arrays.copyOfRange(layer, 9990, 10_000));
        assertThat(proxy.get(target, "Range", "bytes=-3000").body()).isEqualTo(Arrays.copyOfRange(layer, 7000, 10_000));
    }

    @Test
    void sendsSeveralRangesInParts() throws Exception {
        HttpResponse<byte[]> answer = proxy.get(target, "Range", "bytes=0-1999, 5000-5000,-10");
        assertThat(answer.statusCode()).isEqualTo(206);
        String type = header(answer, "Content-Type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        assertThat(header(answer, "Content-Length")).isEqualTo(String.valueOf(answer.body().length));
        String body = new String(answer.body(), StandardCharsets.ISO_8859_1);
        String boundary = "\r\n--" + type.substring(type.indexOf('=') + 1);
        assertThat(body).startsWith(boundary + "\r\n").endsWith(boundary + "--\r\n");
        String[] parts = body.substring(boundary.length()).split(java.util.regex.Pattern.quote(boundary), -1);
        assertThat(parts).hasSize(4);
        assertPart(parts[0], "bytes 0-1999/10000", Arrays.copyOfRange(layer, 0, 2000));
        assertPart(parts[1], "bytes 5000-5000/10000", Arrays.copyOfRange(layer, 5000, 5001));
        assertPart(parts[2], "bytes 9990-9999/10000", Arrays.copyOfRange(layer, 9990, 10_000));
    }

    private static void assertPart(String part, String contentRange, byte[] content) {
        int end = part.indexOf("\r\n\r\n");
        assertThat(part.substring(0, end)).contains("Content-Range: " + contentRange);
        assertThat(part.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(content);
    }

    @Test
    void answers416WithTheSize() throws Exception {
        HttpResponse<byte[]> answer = proxy.get(target, "Range", "bytes=10000-");
        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes */10000");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("RANGE_INVALID");
    }

    @Test
    void resumesOnlyTheSameContent() throws Exception {
        String etag = header(proxy.head(target), "ETag");
        assertThat(proxy.get(target, "Range", "bytes=5-", "If-Range", etag).statusCode()).isEqualTo(206);
        assertThat(proxy.get(target, "Range", "bytes=5-", "If-Range", "\"" + digest + "\"").statusCode()).isEqualTo(206);
        assertThat(proxy.get(target, "Range", "bytes=5-", "If-Range", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void sendsNothingToWhoHasItAlready() throws Exception {
        String etag = header(proxy.head(target), "ETag");
        HttpResponse<byte[]> answer = proxy.get(target, "If-None-Match", "\"other\", W/" + etag);
        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(proxy.get(target, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void sendsAnEmptyBlob() throws Exception {
        Digest empty = registry.blob(new byte[0]);
        HttpResponse<byte[]> answer = proxy.get("/v2/lib/app/blobs/" + empty);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void cutsTheConnectionWhenContentBreaksInTheMiddle() {
        proxy.source.breakAt(4_000);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> proxy.get(target));
    }

    @Test
    void answersAnErrorWhenContentBreaksBeforeItsFirstByte() throws Exception {
        proxy.source.breakAt(0);
        HttpResponse<byte[]> answer = proxy.get(target);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("UNAVAILABLE");
        assertThat(proxy.source.openReaders()).isZero();
    }

    @Test
    void neverReencodesABlob() throws Exception {
        HttpResponse<byte[]> answer = proxy.get(target, "Accept-Encoding", "zstd, gzip, deflate");
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.body()).isEqualTo(layer);
    }

    /** Lazy formats keep their table of contents at the end. */
    @Test
    void asksForTheSizeOfABlobOfWhichTheEndIsWanted() throws Exception {
        assertThat(proxy.get(target, "Range", "bytes=-3000").statusCode()).isEqualTo(206);
        assertThat(proxy.source.opened()).extracting(BlobRequest::wanted)
                .containsExactly(new WantedBytes.Parts(List.of(new ByteRange(7000, 9999))));
        assertThat(registry.seen("HEAD")).hasSize(1);
    }

    @Test
    void mayHaveToSendTheWholeBlobWhereTheRangeHasACondition() throws Exception {
        proxy.get(target, "Range", "bytes=5-9", "If-Range", "\"other\"");
        assertThat(proxy.source.opened()).extracting(BlobRequest::wanted).containsExactly(WantedBytes.all());
    }
}
