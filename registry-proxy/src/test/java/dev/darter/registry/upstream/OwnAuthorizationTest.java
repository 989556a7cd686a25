package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

class OwnAuthorizationTest {

    private static final Credentials.Own ANN = new Credentials.Own("ann", "p:w");
    private static final byte[] BODY = Fixture.content(100);

    private final Fixture.ManualClock clock = new Fixture.ManualClock();
    private volatile String accepted = "Bearer token-1";
    private volatile String challenge = "";
    private volatile int tokenStatus = 200;
    private volatile String tokenAnswer = "{\"token\":\"token-1\",\"expires_in\":300}";
    private FakeServer tokens;
    private FakeServer registry;
    private Upstream upstream;

    @BeforeEach
    void start() throws IOException {
        tokens = FakeServer.start((request, reply) -> reply.send(tokenStatus, Map.of(), tokenAnswer.getBytes(StandardCharsets.UTF_8)));
        challenge = "Bearer realm=\"" + tokens.uri("/token?x=1") + "\",service=\"reg istry\",scope=\"repository:library/app:pull\"";
        registry = FakeServer.start((request, reply) -> {
            if (request.header("Authorization").equals(accepted)) {
                reply.send(200, Map.of(), BODY);
            } else {
                reply.send(401, Map.of("WWW-Authenticate", challenge), new byte[50]);
            }
        });
        upstream = new Upstream(Fixture.config(registry.uri()), Fixture.PATIENT, EnvironmentProxies.none(), clock);
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
        registry.close();
        tokens.close();
    }

    private int status(Credentials credentials) throws IOException, InterruptedException {
        try (UpstreamAnswer answer = upstream.send(UpstreamRequest.get(Fixture.BLOB, List.of(), credentials))) {
            answer.readAll(1000);
            return answer.status();
        }
    }

    @Test
    void fetchesATokenOnceAndUsesItAgain() throws Exception {
        for (int round = 0; round < 3; round++) {
            assertThat(status(ANN)).isEqualTo(200);
        }
        assertThat(tokens.requests()).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo("/token?x=1&service=reg+istry&scope=repository%3Alibrary%2Fapp%3Apull&account=ann");
            assertThat(request.all("Authorization")).containsExactly("Basic YW5uOnA6dw==");
        });
        assertThat(registry.requests()).extracting(request -> request.header("Authorization"))
                .containsExactly("", "Bearer token-1", "Bearer token-1", "Bearer token-1");
        assertThat(registry.connections()).isEqualTo(1);
    }

    @Test
    void fetchesANewTokenBeforeTheOldOneExpires() throws Exception {
        assertThat(status(ANN)).isEqualTo(200);
        clock.advance(Duration.ofSeconds(269));
        assertThat(status(ANN)).isEqualTo(200);
        assertThat(tokens.requests()).hasSize(1);
        clock.advance(Duration.ofSeconds(2));
        tokenAnswer = "{\"access_token\":\"token-2\"}";
        accepted = "Bearer token-2";
        assertThat(status(ANN)).isEqualTo(200);
        assertThat(tokens.requests()).hasSize(2);
        assertThat(registry.requests().getLast().header("Authorization")).isEqualTo("Bearer token-2");
        clock.advance(Duration.ofSeconds(55));
        assertThat(status(ANN)).isEqualTo(200);
        assertThat(tokens.requests()).as("a token without expires_in lives for a minute").hasSize(3);
    }

    @Test
    void replacesATokenThatIsRefusedBeforeItsTime() throws Exception {
        assertThat(status(ANN)).isEqualTo(200);
        accepted = "Bearer token-2";
        tokenAnswer = "{\"token\":\"token-2\"}";
        assertThat(status(ANN)).isEqualTo(200);
        tokenAnswer = "{\"token\":\"token-3\"}";
        accepted = "Bearer nothing";
        assertThat(status(ANN)).as("asked once more, not for ever").isEqualTo(401);
    }

    @Test
    void fetchesAnAnonymousTokenWithoutAnAccount() throws Exception {
        assertThat(status(new Credentials.Anonymous())).isEqualTo(200);
        assertThat(tokens.requests().getFirst().all("Authorization")).isEmpty();
        assertThat(tokens.requests().getFirst().target()).doesNotContain("account");
    }

    @Test
    void keepsTokensOfDifferentAccountsApart() throws Exception {
        assertThat(status(ANN)).isEqualTo(200);
        assertThat(status(new Credentials.Own("ann", "other"))).isEqualTo(200);
        assertThat(status(new Credentials.Anonymous())).isEqualTo(200);
        assertThat(tokens.requests()).hasSize(3);
    }

    @Test
    void leavesChallengesToTheCaller() throws Exception {
        try (UpstreamAnswer answer = upstream.send(UpstreamRequest.get(Fixture.BLOB, List.of(), Credentials.none()))) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("www-authenticate")).contains(challenge);
        }
        assertThat(tokens.requests()).isEmpty();
    }

    @Test
    void meetsABasicChallenge() throws Exception {
        challenge = "Basic realm=\"here\"";
        accepted = "Basic YW5uOnA6dw==";
        assertThat(status(ANN)).isEqualTo(200);
        assertThat(status(ANN)).isEqualTo(200);
        assertThat(registry.requests()).hasSize(3);
        assertThat(status(new Credentials.Anonymous())).isEqualTo(401);
    }

    @Test
    void exchangesAnIdentityToken() throws Exception {
        tokenAnswer = "{\"access_token\":\"token-1\",\"expires_in\":300}";
        assertThat(status(new Credentials.Own(Credentials.Own.IDENTITY_TOKEN_USER, "refresh me"))).isEqualTo(200);
        assertThat(tokens.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
            assertThat(request.body()).contains("grant_type=refresh_token", "refresh_token=refresh+me",
                    "scope=repository%3Alibrary%2Fapp%3Apull");
        });
    }

    @Test
    void saysWhatTheTokenServiceMeant() {
        tokenStatus = 403;
        assertKind(Kind.FORBIDDEN);
        tokenStatus = 401;
        assertKind(Kind.UNAUTHORIZED);
        tokenStatus = 500;
        assertKind(Kind.UNAVAILABLE);
        tokenStatus = 200;
        tokenAnswer = "<html>";
        assertKind(Kind.UNAVAILABLE);
        tokenAnswer = "{}";
        assertKind(Kind.UNAVAILABLE);
    }

    private void assertKind(Kind kind) {
        assertThatThrownBy(() -> status(ANN)).isInstanceOfSatisfying(OriginException.class,
                failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void remembersWhereTokensAreHad() throws Exception {
        Challenge.Bearer service = upstream.tokenService().orElseThrow();
        assertThat(service.service()).contains("reg istry");
        assertThat(registry.requests()).singleElement().extracting(FakeServer.Request::target).isEqualTo("/v2/");
        try (UpstreamAnswer answer = upstream.tokens()
                .relay(service.realm(), "scope=repository:library/app:pull", new Credentials.Caller(List.of("Basic callers")))) {
            assertThat(new String(answer.readAll(1000), StandardCharsets.UTF_8)).contains("token-1");
        }
        assertThat(tokens.requests().getFirst().target()).isEqualTo("/token?x=1&scope=repository:library/app:pull");
        assertThat(tokens.requests().getFirst().all("Authorization")).containsExactly("Basic callers");
    }

    @Test
    void neverSendsSecretsFromAnHttpsRegistryToAPlainRealm() throws Exception {
        TestCertificates certificates = TestCertificates.make("127.0.0.1");
        try (FakeServer secure = FakeServer.startTls(certificates.identity(),
                (request, reply) -> reply.send(401, Map.of("WWW-Authenticate", challenge)));
                Upstream client = certificates.upstream(secure.uri(), EnvironmentProxies.none())) {
            assertThatThrownBy(() -> client.send(UpstreamRequest.get(Fixture.BLOB, List.of(), ANN))).hasMessageContaining("plain http");
            assertThat(tokens.requests()).isEmpty();
        }
    }

    @Test
    void neverSendsSecretsToAPlainRealmOnAnotherHost() throws Exception {
        challenge = challenge.replace("127.0.0.1", "localhost");
        assertThatThrownBy(() -> status(ANN)).hasMessageContaining("to localhost over plain http");
        assertThat(tokens.requests()).isEmpty();
        assertThat(status(new Credentials.Anonymous())).isEqualTo(200);
    }

    /** Storage, or whatever else a registry can be made to redirect to. */
    @Test
    void takesNoChallengeFromTheHostOfARedirect() throws Exception {
        try (FakeServer storage = FakeServer.start((request, reply) -> reply.send(401, Map.of("WWW-Authenticate", challenge)));
                FakeServer home = FakeServer.start((request, reply) -> {
                    if (request.path().equals("/v2/")) {
                        reply.send(200, Map.of());
                    } else {
                        reply.send(307, Map.of("Location", storage.uri("/x?sig=secret").toString()));
                    }
                });
                Upstream client = Fixture.upstream(home)) {
            for (Credentials credentials : List.of(ANN, Credentials.none(), new Credentials.Caller(List.of("Basic callers")))) {
                assertThatThrownBy(() -> client.send(UpstreamRequest.get(Fixture.BLOB, List.of(), credentials)))
                        .hasMessageContaining("redirected, answered 401")
                        .hasMessageNotContaining("sig")
                        .isInstanceOfSatisfying(OriginException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
            }
            assertThat(client.tokenService()).isEmpty();
            assertThat(tokens.requests()).isEmpty();
        }
    }

    @Test
    void printsNoSecrets() {
        assertThat(List.of(ANN, new Credentials.Caller(List.of("Bearer hidden")), Credentials.none(), new Credentials.Anonymous()))
                .hasToString("[account ann, the caller's credentials, no credentials, anonymous]");
    }
}
