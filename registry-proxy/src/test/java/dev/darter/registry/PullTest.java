package dev.darter.registry;

import static dev.darter.registry.ProxyFixture.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;

/** What a runtime's pull looks like on both sides of the proxy. */
@Timeout(120)
class PullTest {

    private static final String REPOSITORY = "lib/app";

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private ProxyFixture proxy;
    private byte[] layer;
    private Digest layerDigest;
    private Digest manifest;
    private Digest index;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "team.example=" + registry.url());
        layer = TestBytes.random(10_000, 1);
        layerDigest = registry.blob(layer);
        manifest = registry.manifest(Manifest.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"config\":{\"digest\":\"" + layerDigest + "\",\"size\":10000},\"layers\":[]}");
        index = registry.manifest(Manifest.OCI_INDEX,
                "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"" + manifest + "\",\"size\":1}]}");
        registry.tag(REPOSITORY + ":1", index);
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    @Test
    void pullsAnIndexWithOneQuestionUpstream() throws Exception {
        HttpResponse<byte[]> tag = proxy.head("/v2/lib/app/manifests/1?ns=team.example", "Accept", Manifest.OCI_INDEX);
        assertThat(tag.statusCode()).isEqualTo(200);
        assertThat(header(tag, "Docker-Content-Digest")).isEqualTo(index.toString());
        assertThat(header(tag, "Content-Type")).isEqualTo(Manifest.OCI_INDEX);
        assertThat(header(tag, "Content-Length")).isNotEqualTo("0");
        assertThat(header(tag, "OCI-Namespace")).isEqualTo("team.example");
        assertThat(header(tag, "ETag")).isEqualTo("\"upstream-tag\"");

        for (Digest document : List.of(index, manifest)) {
            HttpResponse<byte[]> answer = proxy.get("/v2/lib/app/manifests/" + document + "?ns=team.example");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(TestBytes.sha256(answer.body())).isEqualTo(document);
        }
        HttpResponse<byte[]> blob = proxy.get("/v2/lib/app/blobs/" + layerDigest + "?ns=team.example");
        assertThat(blob.statusCode()).isEqualTo(200);
        assertThat(blob.body()).isEqualTo(layer);

        assertThat(registry.seen("HEAD")).containsExactly("HEAD /v2/lib/app/manifests/1");
        assertThat(registry.seen("GET")).containsExactlyInAnyOrder("GET /v2/lib/app/manifests/" + index,
                "GET /v2/lib/app/manifests/" + manifest, "GET /v2/lib/app/blobs/" + layerDigest);
        assertThat(proxy.source.openReaders()).isZero();
        assertThat(proxy.telemetry.proxySentBytes().count()).isGreaterThan(10_000);
    }

    /** Whether the registry was asked for an answer, or long ago, or never, is not to be seen in it. */
    @Test
    void callsContentByTheSameEntityTagAlways() throws Exception {
        registry.tag(REPOSITORY + ":2", manifest);
        assertThat(proxy.get("/v2/lib/app/manifests/2").statusCode()).isEqualTo(200);
        for (String target : List.of("/v2/lib/app/blobs/" + layerDigest, "/v2/lib/app/manifests/" + manifest,
                "/v2/lib/app/manifests/" + index)) {
            String etag = "\"" + target.substring(target.indexOf("sha256:")) + "\"";
            for (int i = 0; i < 3; i++) {
                assertThat(header(proxy.get(target), "ETag")).as(target).isEqualTo(etag);
                assertThat(header(proxy.head(target), "ETag")).as(target).isEqualTo(etag);
                proxy.clock.advance(Duration.ofHours(1));
            }
        }
    }

    @Test
    void sendsNoManifestToWhoHasItAlready() throws Exception {
        for (String condition : List.of("\"upstream-tag\"", "\"" + index + "\"")) {
            HttpResponse<byte[]> answer = proxy.get("/v2/lib/app/manifests/1", "If-None-Match", condition);
            assertThat(answer.statusCode()).isEqualTo(304);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(proxy.get("/v2/lib/app/manifests/1", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    /** Outdated, but the same content: its entity tag does not change with the registry's state. */
    @Test
    void keepsTheRegistrysEntityTagOfATagThroughAnOutage() throws Exception {
        assertThat(header(proxy.get("/v2/lib/app/manifests/1"), "ETag")).isEqualTo("\"upstream-tag\"");
        proxy.clock.advance(Duration.ofMinutes(1));
        registry.close();
        HttpResponse<byte[]> answer = proxy.get("/v2/lib/app/manifests/1");
        assertThat(header(answer, "Warning")).startsWith("110");
        assertThat(header(answer, "ETag")).isEqualTo("\"upstream-tag\"");
    }

    @Test
    void passesReferrersThrough() throws Exception {
        String path = "/v2/lib/app/referrers/" + manifest;
        String body = "{\"schemaVersion\":2,\"manifests\":[]}";
        registry.intercept(exchange -> {
            if (!exchange.path().equals(path)) {
                return false;
            }
            FakeRegistry.answer(exchange, 200, new DefaultHttpHeaders()
                    .set("Content-Type", Manifest.OCI_INDEX)
                    .set("OCI-Filters-Applied", "artifactType")
                    .set("Link", "<" + path + "?n=1&last=a>; rel=\"next\""), body);
            return true;
        });
        HttpResponse<byte[]> answer = proxy.get(path + "?artifactType=application%2Fsbom&ns=team.example");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).asString(StandardCharsets.UTF_8).isEqualTo(body);
        assertThat(header(answer, "Content-Type")).isEqualTo(Manifest.OCI_INDEX);
        assertThat(header(answer, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(header(answer, "Link")).isEqualTo("<" + path + "?n=1&last=a&ns=team.example>; rel=\"next\"");
        assertThat(registry.seen("GET")).containsExactly("GET " + path + "?artifactType=application%2Fsbom");
    }

    @Test
    void understandsPathPrefixAndDefaultUpstream() throws Exception {
        for (String prefix : List.of("team.example/", "")) {
            HttpResponse<byte[]> answer = proxy.get("/v2/" + prefix + "lib/app/manifests/1");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(TestBytes.sha256(answer.body())).isEqualTo(index);
        }
    }

    @Test
    void asksOnceAboutABlobThatNoManifestVouchesFor() throws Exception {
        proxy.source.hold(registry.url(), layer);
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.get("/v2/lib/app/blobs/" + layerDigest).body()).isEqualTo(layer);
        }
        assertThat(registry.seen()).map(Object::toString).containsExactly("HEAD /v2/lib/app/blobs/" + layerDigest);
    }

    /** The layer is proven by its manifest, so nobody has asked the registry about it. */
    @Test
    void asksForTheSizeOfALayerInsteadOfReadingIt() throws Exception {
        registry.tag(REPOSITORY + ":2", manifest);
        assertThat(proxy.get("/v2/lib/app/manifests/2").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> answer = proxy.head("/v2/lib/app/blobs/" + layerDigest);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Length")).isEqualTo("10000");
        assertThat(registry.seen("HEAD")).endsWith("HEAD /v2/lib/app/blobs/" + layerDigest);
        assertThat(proxy.source.opened()).noneMatch(request -> request.blob().digest().equals(layerDigest));
    }

    @Test
    void tellsSizeAndDigestToHeadOfBlob() throws Exception {
        HttpResponse<byte[]> answer = proxy.head("/v2/lib/app/blobs/" + layerDigest);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Length")).isEqualTo("10000");
        assertThat(header(answer, "Docker-Content-Digest")).isEqualTo(layerDigest.toString());
        assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(registry.seen("GET")).isEmpty();
    }

    /** Neighbours name sizes too, and may lie. */
    @Test
    void passesOnWhatManifestsAndTheRegistrySayOfSizes() throws Exception {
        assertThat(proxy.get("/v2/lib/app/manifests/1").statusCode()).isEqualTo(200);
        assertThat(proxy.get("/v2/lib/app/manifests/" + manifest).statusCode()).isEqualTo(200);
        assertThat(proxy.get("/v2/lib/app/blobs/" + layerDigest).statusCode()).isEqualTo(200);
        assertThat(sizes(index)).as("by the answer for the tag").singleElement().satisfies(size -> assertThat(size).isPresent());
        assertThat(sizes(manifest)).as("by the index").isEqualTo(List.of(OptionalLong.of(1)));
        assertThat(sizes(layerDigest)).as("by the manifest").isEqualTo(List.of(OptionalLong.of(10_000)));
    }

    private List<OptionalLong> sizes(Digest digest) {
        return proxy.source.opened().stream().filter(request -> request.blob().digest().equals(digest)).map(BlobRequest::size).toList();
    }
}
