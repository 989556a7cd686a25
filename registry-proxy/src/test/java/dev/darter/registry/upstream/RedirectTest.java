package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

class RedirectTest {

    private static final byte[] BODY = Fixture.content(1000);
    private static final List<Header> HEADERS = List.of(new Header("Accept", "a/b"), new Header("Accept", "c/d"),
            new Header("X-Team", "blue"),
            new Header("Cookie", "session=1"), new Header("Accept-Encoding", "gzip"));
    private static final UpstreamRequest REQUEST = UpstreamRequest.get(Fixture.BLOB, HEADERS,
            new Credentials.Caller(List.of("Bearer secret")));

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void dropsCredentialsOnTheWayToAnotherHost(int status) throws Exception {
        try (FakeServer storage = FakeServer.start((request, reply) -> reply.send(200, Map.of(), BODY));
                FakeServer registry = FakeServer
                        .start((request, reply) -> reply.send(status, Map.of("Location", storage.uri("/store?sig=a") + "|b"),
                                new byte[9]));
                Upstream upstream = Fixture.upstream(registry);
                UpstreamAnswer answer = upstream.send(REQUEST)) {
            assertThat(answer.readAll(2000)).isEqualTo(BODY);
            FakeServer.Request asked = registry.requests().getFirst();
            assertThat(asked.all("Authorization")).containsExactly("Bearer secret");
            assertThat(asked.all("Accept")).containsExactly("a/b", "c/d");
            assertThat(asked.all("X-Team")).containsExactly("blue");
            assertThat(asked.all("Accept-Encoding")).containsExactly("identity");
            FakeServer.Request stored = storage.requests().getFirst();
            assertThat(stored.all("Authorization")).isEmpty();
            assertThat(stored.all("Cookie")).isEmpty();
            assertThat(stored.all("X-Team")).isEmpty();
            assertThat(stored.all("Accept")).containsExactly("a/b", "c/d");
            assertThat(stored.target()).isEqualTo("/store?sig=a%7Cb");
        }
    }

    @Test
    void keepsCredentialsOnTheSameHost() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> {
            if (request.path().equals("/elsewhere")) {
                reply.send(200, Map.of(), BODY);
            } else {
                reply.send(307, Map.of("Location", "/elsewhere"));
            }
        }); Upstream upstream = Fixture.upstream(registry); UpstreamAnswer answer = upstream.send(REQUEST)) {
            assertThat(answer.readAll(2000)).isEqualTo(BODY);
            assertThat(registry.requests()).hasSize(2)
                    .allSatisfy(request -> assertThat(request.header("Authorization")).isEqualTo("Bearer secret"));
            assertThat(registry.connections()).isEqualTo(1);
        }
    }

    @Test
    void doesNotGiveCredentialsBackAfterADetour() throws Exception {
        FakeServer[] registry = new FakeServer[1];
        try (FakeServer stranger = FakeServer
                .start((request, reply) -> reply.send(307, Map.of("Location", registry[0].uri("/back").toString())))) {
            registry[0] = FakeServer.start((request, reply) -> {
                if (request.path().equals("/back")) {
                    reply.send(200, Map.of(), BODY);
                } else {
                    reply.send(307, Map.of("Location", stranger.uri("/x").toString()));
                }
            });
            try (FakeServer home = registry[0];
                    Upstream upstream = Fixture.upstream(home);
                    UpstreamAnswer answer = upstream.send(REQUEST)) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(home.requests().getLast().all("Authorization")).isEmpty();
            }
        }
    }

    @Test
    void givesUpOnALoop() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.send(302, Map.of("Location", request.target())));
                Upstream upstream = Fixture.upstream(registry)) {
            assertUnavailable(() -> upstream.send(REQUEST), "redirected more than 10 times");
            assertThat(registry.requests()).hasSize(11);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1/x", "http:///x", "mailto:a@b.c", "http://[bad/", "http://my_host/x"})
    void refusesRedirectsToNoWebAddress(String location) throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.send(302, Map.of("Location", location)));
                Upstream upstream = Fixture.upstream(registry)) {
            assertUnavailable(() -> upstream.send(REQUEST), "redirected to");
        }
    }

    @Test
    void refusesToLeaveHttps() throws Exception {
        TestCertificates certificates = TestCertificates.make("127.0.0.1");
        try (FakeServer registry = FakeServer.startTls(certificates.identity(),
                (request, reply) -> reply.send(302, Map.of("Location", "http://127.0.0.1:1/x")));
                Upstream upstream = certificates.upstream(registry.uri(), EnvironmentProxies.none())) {
            assertUnavailable(() -> upstream.send(REQUEST), "from https to http");
        }
    }

    @Test
    void handsOutTheRedirectWhereThatIsWanted() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.send(307, Map.of("Location", "http://127.0.0.1:1/x")));
                Upstream upstream = Fixture.upstream(registry);
                UpstreamAnswer answer = upstream.send(UpstreamRequest.head(Fixture.BLOB, List.of(), Credentials.none())
                        .withRedirects(UpstreamRequest.Redirects.RETURN))) {
            assertThat(answer.status()).isEqualTo(307);
            assertThat(registry.requests().getFirst().method()).isEqualTo("HEAD");
        }
    }

    @Test
    void answersWithAStatusThatIsNoRedirectEvenWithLocation() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.send(304, Map.of("Location", "/x")));
                Upstream upstream = Fixture.upstream(registry);
                UpstreamAnswer answer = upstream.send(REQUEST)) {
            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.uri()).isEqualTo(URI.create(registry.uri() + Fixture.BLOB));
        }
    }

    @Test
    void tellsASilentRegistryFromASilentHostBehindIt() throws Exception {
        FakeServer gone = FakeServer.start((request, reply) -> reply.send(200, Map.of()));
        gone.close();
        try (FakeServer registry = FakeServer
                .start((request, reply) -> reply.send(307, Map.of("Location", gone.uri("/x").toString())));
                Upstream behind = Fixture.upstream(registry);
                Upstream silent = Fixture.upstream(gone)) {
            assertThatThrownBy(() -> behind.send(REQUEST)).isInstanceOfSatisfying(OriginException.class, failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(failure.isUnreachable()).isFalse();
            });
            assertThatThrownBy(() -> silent.send(REQUEST)).isInstanceOfSatisfying(OriginException.class, failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(failure.isUnreachable()).isTrue();
            });
        }
    }

    private static void assertUnavailable(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(OriginException.class)
                .hasMessageContaining(message)
                .extracting(failure -> ((OriginException) failure).kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }
}
