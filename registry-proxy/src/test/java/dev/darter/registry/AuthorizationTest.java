package dev.darter.registry;

import static dev.darter.registry.ProxyFixture.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;

/** Content in the store was fetched with somebody's credentials; it is for those whom the upstream lets in. */
@Timeout(120)
class AuthorizationTest {

    private static final String ALICE = "Bearer alice";
    private static final String CHALLENGE = "Bearer realm=\"https://auth.example/token\",service=\"team\",scope=\"repository:lib/app:pull\"";

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private ProxyFixture proxy;
    private byte[] layer;
    private Digest digest;
    private String target;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        registry.wants(ALICE, CHALLENGE);
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "team.example=" + registry.url());
        layer = TestBytes.random(5_000, 3);
        digest = registry.blob(layer);
        target = "/v2/lib/app/blobs/" + digest + "?ns=team.example";
        proxy.source.hold(registry.url(), layer);
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    @Test
    void passesTheChallengeOnUnchanged() throws Exception {
        HttpResponse<byte[]> answer = proxy.get(target);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate")).isEqualTo(CHALLENGE);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"UNAUTHORIZED\"").doesNotContain("alice");
        assertThat(proxy.source.openReaders()).isZero();
    }

    @Test
    void letsNobodyInOnAnothersProof() throws Exception {
        assertThat(proxy.get(target, "Authorization", ALICE).statusCode()).isEqualTo(200);
        assertThat(proxy.get(target, "Authorization", "Bearer mallory").statusCode()).isEqualTo(401);
        assertThat(proxy.get(target).statusCode()).isEqualTo(401);
        assertThat(proxy.head(target).statusCode()).isEqualTo(401);
        assertThat(proxy.get(target, "Authorization", ALICE).statusCode()).isEqualTo(200);
        assertThat(registry.seen("HEAD")).hasSize(4);
    }

    @Test
    void asksAgainWhenTheProofIsOld() throws Exception {
        proxy.get(target, "Authorization", ALICE);
        proxy.clock.advance(Duration.ofMinutes(4));
        proxy.get(target, "Authorization", ALICE);
        assertThat(registry.seen("HEAD")).hasSize(1);
        proxy.clock.advance(Duration.ofMinutes(1));
        proxy.get(target, "Authorization", ALICE);
        assertThat(registry.seen("HEAD")).hasSize(2);
    }

    @Test
    void asksForEachRepository() throws Exception {
        proxy.get(target, "Authorization", ALICE);
        registry.intercept(exchange -> {
            if (exchange.path().startsWith("/v2/secret/")) {
                FakeRegistry.answer(exchange, 403, new DefaultHttpHeaders(), "{}");
                return true;
            }
            return false;
        });
        HttpResponse<byte[]> answer = proxy.get("/v2/secret/app/blobs/" + digest + "?ns=team.example", "Authorization", ALICE);
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test
    void takesARedirectForAdmissionWithoutFollowingIt() throws Exception {
        try (FakeRegistry storage = new FakeRegistry()) {
            registry.intercept(exchange -> {
                FakeRegistry.answer(exchange, 307, new DefaultHttpHeaders().set("Location", storage.url() + "/signed"), "");
                return true;
            });
            assertThat(proxy.get(target, "Authorization", "Bearer other").body()).isEqualTo(layer);
            assertThat(storage.seen()).isEmpty();
        }
    }

    @Test
    void looksWhereAManifestRedirectsTo() throws Exception {
        try (FakeRegistry login = new FakeRegistry()) {
            byte[] manifest = TestBytes.random(500, 7);
            proxy.source.hold(registry.url(), manifest);
            registry.intercept(exchange -> {
                FakeRegistry.answer(exchange, 302, new DefaultHttpHeaders().set("Location", login.url() + "/login"), "");
                return true;
            });
            String path = "/v2/lib/app/manifests/" + registry.blob(manifest) + "?ns=team.example";
            assertThat(proxy.get(path, "Authorization", "Bearer other").statusCode()).isEqualTo(404);
            assertThat(login.seen()).isNotEmpty();
        }
    }

    @Test
    void asksForOneByteWhereHeadIsUnknown() throws Exception {
        registry.intercept(exchange -> {
            if (exchange.method().equals("HEAD")) {
                FakeRegistry.answer(exchange, 405, new DefaultHttpHeaders(), "");
                return true;
            }
            return false;
        });
        assertThat(proxy.get(target, "Authorization", ALICE).statusCode()).isEqualTo(200);
        assertThat(proxy.get(target, "Authorization", "Bearer mallory").statusCode()).isEqualTo(401);
    }

    @Test
    void takesTheContentItselfForAProof() throws Exception {
        byte[] other = TestBytes.random(3_000, 4);
        Digest otherDigest = registry.blob(other);
        CountDownLatch headMayEnd = new CountDownLatch(1);
        registry.intercept(exchange -> {
            if (exchange.method().equals("HEAD")) {
                headMayEnd.await();
            }
            return false;
        });
        proxy.source.fetchAtOnce();
        HttpResponse<byte[]> answer = proxy.get("/v2/lib/app/blobs/" + otherDigest + "?ns=team.example", "Authorization", ALICE);
        headMayEnd.countDown();
        assertThat(answer.body()).isEqualTo(other);
    }

    @Test
    void asksOnceForManyAtTheSameTime() throws Exception {
        CountDownLatch headMayEnd = new CountDownLatch(1);
        CountDownLatch headCame = new CountDownLatch(1);
        registry.intercept(exchange -> {
            headCame.countDown();
            headMayEnd.await();
            return false;
        });
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> pull = () -> proxy.get(target, "Authorization", ALICE).statusCode();
            List<Future<Integer>> pulls = Stream.generate(() -> executor.submit(pull)).limit(20).toList();
            headCame.await();
            Awaitility.await().until(() -> proxy.source.openReaders() == 20);
            headMayEnd.countDown();
            for (Future<Integer> one : pulls) {
                assertThat(one.get()).isEqualTo(200);
            }
        }
        assertThat(registry.seen("HEAD")).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void passesOnAllAcceptLinesAndNoCredentialsToOthers() throws Exception {
        registry.tag("lib/app:1", registry.manifest(Manifest.OCI_INDEX, "{\"manifests\":[]}"));
        proxy.head("/v2/lib/app/manifests/1", "Authorization", ALICE, "Accept", "a/b", "Accept", "c/d, e/f");
        FakeRegistry.Seen head = registry.seen().getFirst();
        assertThat(head.accept()).containsExactly("a/b", "c/d, e/f");
        assertThat(head.authorization()).containsExactly(ALICE);
    }

    @Test
    void tellsNobodyOfAManifestOnAnothersProof() throws Exception {
        Digest manifest = registry.manifest(Manifest.OCI_INDEX, "{\"manifests\":[]}");
        registry.tag("lib/app:1", manifest);
        for (String reference : List.of("1", manifest.toString())) {
            String path = "/v2/lib/app/manifests/" + reference;
            assertThat(proxy.head(path, "Authorization", ALICE).statusCode()).isEqualTo(200);
            assertThat(proxy.head(path, "Authorization", "Bearer mallory").statusCode()).isEqualTo(401);
            assertThat(proxy.head(path).statusCode()).isEqualTo(401);
            assertThat(proxy.get(path).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void asksNothingAboutLayersOfAManifestThatItHas() throws Exception {
        String json = "{\"config\":{},\"layers\":[{\"digest\":\"" + digest + "\"}]}";
        Digest manifest = registry.manifest(Manifest.OCI_MANIFEST, json);
        String indexJson = "{\"manifests\":[{\"digest\":\"" + manifest + "\"}]}";
        registry.tag("lib/app:1", registry.manifest(Manifest.OCI_INDEX, indexJson));
        proxy.source.hold(registry.url(), json.getBytes(StandardCharsets.UTF_8));
        proxy.source.hold(registry.url(), indexJson.getBytes(StandardCharsets.UTF_8));
        assertThat(proxy.head("/v2/lib/app/manifests/1?ns=team.example", "Authorization", ALICE).statusCode()).isEqualTo(200);
        assertThat(proxy.get(target, "Authorization", ALICE).statusCode()).isEqualTo(200);
        assertThat(registry.seen()).map(Object::toString).containsExactly("HEAD /v2/lib/app/manifests/1");
    }

    @Test
    void believesARepositoryOnlyAboutItsOwnContent() throws Exception {
        Digest manifest = registry.manifest(Manifest.OCI_INDEX, "{\"manifests\":[]}");
        registry.intercept(exchange -> {
            if (exchange.method().equals("HEAD") && exchange.path().startsWith("/v2/odd/")) {
                FakeRegistry.answer(exchange, 200, new DefaultHttpHeaders().set("Content-Type", "text/html"), "<html>");
                return true;
            }
            return false;
        });
        proxy.head("/v2/odd/app/manifests/" + manifest, "Authorization", ALICE);
        HttpResponse<byte[]> answer = proxy.head("/v2/lib/app/manifests/" + manifest, "Authorization", ALICE);
        assertThat(header(answer, "Content-Type")).isEqualTo(Manifest.OCI_INDEX);
    }
}
