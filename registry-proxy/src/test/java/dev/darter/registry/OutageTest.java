package dev.darter.registry;

import static dev.darter.registry.ProxyFixture.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.protocol.Digest;

@Timeout(120)
class OutageTest {

    private static final String TAG = "/v2/lib/app/manifests/1?ns=team.example";

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private String upstream;
    private byte[] layer;
    private byte[] manifest;
    private Digest manifestDigest;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        upstream = "team.example=" + registry.url();
        layer = TestBytes.random(5_000, 3);
        Digest layerDigest = registry.blob(layer);
        String json = "{\"layers\":[{\"digest\":\"" + layerDigest + "\"}],\"config\":{}}";
        manifest = json.getBytes(StandardCharsets.UTF_8);
        manifestDigest = registry.manifest(Manifest.OCI_MANIFEST, json);
        registry.tag("lib/app:1", manifestDigest);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ProxyFixture proxy(OutagePolicy policy) throws Exception {
        return new ProxyFixture(data, config -> config.withOnUpstreamOutage(policy).withCheckTimeout(Duration.ofMillis(500)), upstream);
    }

    @Test
    void servesAllByTagAfterARestartWithAWarning() throws Exception {
        try (ProxyFixture before = proxy(OutagePolicy.SERVE_ALL)) {
            assertThat(before.get(TAG).statusCode()).isEqualTo(200);
        }
        registry.close();
        try (ProxyFixture after = proxy(OutagePolicy.SERVE_ALL)) {
            after.source.hold(registry.url(), manifest);
            after.source.hold(registry.url(), layer);
            HttpResponse<byte[]> head = after.head(TAG);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(header(head, "Warning")).startsWith("110 ");
            assertThat(header(head, "Docker-Content-Digest")).isEqualTo(manifestDigest.toString());
            assertThat(header(head, "Content-Type")).isEqualTo(Manifest.OCI_MANIFEST);
            assertThat(header(head, "Content-Length")).isEqualTo(String.valueOf(manifest.length));
            assertThat(after.get(TAG).body()).isEqualTo(manifest);
            assertThat(after.get("/v2/lib/app/manifests/" + manifestDigest).body()).isEqualTo(manifest);
            assertThat(after.get("/v2/lib/app/blobs/" + TestBytes.sha256(layer)).body()).isEqualTo(layer);
        }
    }

    @Test
    void asksTheClusterForTagsThatItNeverResolved() throws Exception {
        registry.close();
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_ALL)) {
            proxy.source.hold(registry.url(), manifest);
            assertThat(proxy.get(TAG).statusCode()).isEqualTo(503);
            proxy.clusterTags.learned(registry.url(), "lib/app", "1",
                    new KnownTag(manifestDigest, Manifest.OCI_MANIFEST, proxy.clock.instant()));
            assertThat(proxy.get(TAG).body()).isEqualTo(manifest);
        }
    }

    @Test
    void servesThoseWhoProvedThemselvesForAnHour() throws Exception {
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            assertThat(proxy.get(TAG, "Authorization", "Bearer alice").statusCode()).isEqualTo(200);
            registry.close();
            proxy.clock.advance(Duration.ofMinutes(30));
            assertThat(proxy.get(TAG, "Authorization", "Bearer alice").body()).isEqualTo(manifest);
            assertThat(proxy.get("/v2/lib/app/manifests/" + manifestDigest, "Authorization", "Bearer alice").body()).isEqualTo(manifest);
            assertThat(proxy.get(TAG, "Authorization", "Bearer mallory").statusCode()).isEqualTo(503);
            assertThat(proxy.get("/v2/lib/app/manifests/" + manifestDigest).statusCode()).isEqualTo(503);
            proxy.clock.advance(Duration.ofMinutes(60));
            assertThat(proxy.get(TAG, "Authorization", "Bearer alice").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void tellsTheLastKnownReferrersToThoseWhoMayReadTheManifest() throws Exception {
        String path = "/v2/lib/app/referrers/" + manifestDigest + "?ns=team.example";
        String list = "{\"manifests\":[]}";
        registry.intercept(exchange -> {
            boolean isAsked = exchange.path().contains("/referrers/");
            if (isAsked) {
                FakeRegistry.answer(exchange, 200, new DefaultHttpHeaders().set("Content-Type", Manifest.OCI_INDEX), list);
            }
            return isAsked;
        });
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            assertThat(proxy.get(TAG, "Authorization", "Bearer alice").statusCode()).isEqualTo(200);
            assertThat(header(proxy.get(path, "Authorization", "Bearer alice"), "Warning")).isEmpty();
            registry.close();
            HttpResponse<byte[]> stale = proxy.get(path, "Authorization", "Bearer alice");
            assertThat(stale.statusCode()).isEqualTo(200);
            assertThat(stale.body()).asString(StandardCharsets.UTF_8).isEqualTo(list);
            assertThat(header(stale, "Content-Type")).isEqualTo(Manifest.OCI_INDEX);
            assertThat(header(stale, "Warning")).startsWith("110 ");
            assertThat(proxy.get(path, "Authorization", "Bearer mallory").statusCode()).isEqualTo(503);
            assertThat(proxy.get(path + "&artifactType=other", "Authorization", "Bearer alice").statusCode()).isEqualTo(503);
        }
    }

    /** A runtime that asks for referrers, and then for the tag that stands in for them, gives up the pull at anything but 404. */
    @Test
    void whatWasMissingIsMissingStill() throws Exception {
        String list = "/v2/lib/app/referrers/" + manifestDigest + "?ns=team.example";
        String tag = "/v2/lib/app/manifests/" + manifestDigest.toString().replace(':', '-') + "?ns=team.example";
        registry.intercept(exchange -> {
            boolean isAsked = exchange.path().contains("/referrers/");
            if (isAsked) {
                FakeRegistry.answer(exchange, 404, new DefaultHttpHeaders(), "404 page not found");
            }
            return isAsked;
        });
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            assertThat(proxy.get(TAG).statusCode()).isEqualTo(200);
            for (String path : new String[]{list, tag}) {
                assertThat(proxy.get(path).statusCode()).as(path).isEqualTo(404);
            }
            registry.close();
            for (String path : new String[]{list, tag}) {
                assertThat(proxy.get(path).statusCode()).as(path).isEqualTo(404);
                assertThat(proxy.get(path, "Authorization", "Bearer mallory").statusCode()).as(path).isEqualTo(503);
            }
        }
        try (ProxyFixture proxy = proxy(OutagePolicy.REFUSE)) {
            assertThat(proxy.get(tag).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void refusesWhatItCanNotCheckWhenToldTo() throws Exception {
        try (ProxyFixture proxy = proxy(OutagePolicy.REFUSE)) {
            assertThat(proxy.get(TAG).statusCode()).isEqualTo(200);
            registry.close();
            String byDigest = "/v2/lib/app/manifests/" + manifestDigest;
            assertThat(proxy.get(byDigest).statusCode()).isEqualTo(200);
            proxy.clock.advance(Duration.ofMinutes(6));
            assertThat(proxy.get(byDigest).statusCode()).isEqualTo(503);
            assertThat(proxy.get(TAG).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void staysReachableWithoutItsUpstream() throws Exception {
        registry.close();
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            assertThat(proxy.get("/v2/").statusCode()).isEqualTo(200);
            assertThat(proxy.get("/v2/?ns=team.example").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void takesServerErrorsForAnOutageAndNeverTellsARuntimeToComeTooOften(int status) throws Exception {
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_ALL)) {
            proxy.source.hold(registry.url(), layer);
            registry.intercept(exchange -> {
                FakeRegistry.answer(exchange, status, new DefaultHttpHeaders().set("Retry-After", "60"), "{}");
                return true;
            });
            assertThat(proxy.get(TAG).statusCode()).isEqualTo(503);
            assertThat(proxy.get("/v2/lib/app/blobs/" + TestBytes.sha256(layer)).statusCode()).isEqualTo(200);
            assertThat(proxy.get("/v2/lib/app/tags/list").statusCode()).isNotEqualTo(429);
        }
    }

    @Test
    void waitsForARegistryThatIsShortlyBusy() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        try (ProxyFixture proxy = new ProxyFixture(data, config -> config, upstream)) {
            registry.intercept(exchange -> {
                if (answers.getAndIncrement() > 0) {
                    return false;
                }
                FakeRegistry.answer(exchange, 429, new DefaultHttpHeaders().set("Retry-After", "0"), "{}");
                return true;
            });
            assertThat(proxy.head(TAG).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void asksAgainAfterAPassingError(int status) throws Exception {
        AtomicInteger answers = new AtomicInteger();
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            registry.intercept(exchange -> {
                if (answers.getAndIncrement() > 0) {
                    return false;
                }
                FakeRegistry.answer(exchange, status, new DefaultHttpHeaders(), "{}");
                return true;
            });
            assertThat(proxy.get("/v2/lib/app/blobs/" + TestBytes.sha256(layer)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void waitsForALateAnswerThatNothingCanReplace() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ProxyFixture proxy = new ProxyFixture(data, config -> config.withCheckTimeout(Duration.ofMillis(20)), upstream)) {
            registry.intercept(_ -> {
                assertThat(end.await(200, TimeUnit.MILLISECONDS)).isFalse();
                return false;
            });
            assertThat(proxy.head(TAG).statusCode()).isEqualTo(200);
            assertThat(proxy.get("/v2/lib/app/blobs/" + TestBytes.sha256(layer)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void doesNotWaitLongForASilentRegistry() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_ALL)) {
            proxy.source.hold(registry.url(), layer);
            registry.intercept(_ -> {
                end.await();
                return false;
            });
            assertThat(proxy.get("/v2/lib/app/blobs/" + TestBytes.sha256(layer)).body()).isEqualTo(layer);
            assertThat(proxy.head(TAG).statusCode()).isEqualTo(503);
            end.countDown();
        }
    }

    @Test
    void takesOneBrokenAnswerForNoOutage() throws Exception {
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            registry.intercept(exchange -> {
                if (!exchange.path().endsWith("/loop")) {
                    return false;
                }
                FakeRegistry.answer(exchange, 302, new DefaultHttpHeaders().set("Location", exchange.path()), "");
                return true;
            });
            assertThat(proxy.get("/v2/lib/app/manifests/loop").statusCode()).isEqualTo(503);
            assertThat(proxy.get(TAG).statusCode()).as("the clock stands still").isEqualTo(200);
        }
    }

    @Test
    void answersAtOnceWhenTheQuestionItselfFails() throws Exception {
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            proxy.source.hold(registry.url(), layer);
            // No proof can be made: it would end after the end of time.
            proxy.clock.advance(Duration.between(proxy.clock.instant(), Instant.MAX));
            assertThat(proxy.get("/v2/lib/app/blobs/" + TestBytes.sha256(layer)).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void forgetsAnOutageAfterAMoment() throws Exception {
        int port = Integer.parseInt(registry.url().substring(registry.url().lastIndexOf(':') + 1));
        registry.close();
        try (ProxyFixture proxy = proxy(OutagePolicy.SERVE_PROVEN)) {
            assertThat(proxy.get(TAG).statusCode()).isEqualTo(503);
            try (FakeRegistry back = new FakeRegistry(port)) {
                Digest digest = back.manifest(Manifest.OCI_MANIFEST, "{\"config\":{}}");
                back.tag("lib/app:1", digest);
                assertThat(proxy.get(TAG).statusCode()).isEqualTo(503);
                proxy.clock.advance(Duration.ofSeconds(3));
                assertThat(proxy.get(TAG).statusCode()).isEqualTo(200);
            }
        }
    }
}
