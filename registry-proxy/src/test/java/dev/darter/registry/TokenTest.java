package dev.darter.registry;

import static dev.darter.registry.ProxyFixture.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Clients that name registries by a path prefix get their tokens through the agent. */
@Timeout(120)
class TokenTest {

    private static final String BASIC = "Basic YWxpY2U6c2VjcmV0";

    @TempDir
    private Path data;
    private FakeRegistry open;
    private FakeRegistry closed;
    private FakeRegistry auth;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        open = new FakeRegistry();
        closed = new FakeRegistry();
        auth = new FakeRegistry();
        auth.intercept(exchange -> {
            FakeRegistry.answer(exchange, 200, new DefaultHttpHeaders().set("Content-Type", "application/json"),
                    "{\"token\":\"alice\"}");
            return true;
        });
        closed.wants("Bearer alice", "Bearer realm=\"" + auth.url() + "/token\",service=\"closed\",scope=\"repository:lib/app:pull\"");
        closed.tag("lib/app:1", closed.manifest(Manifest.OCI_INDEX, "{\"manifests\":[]}"));
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "open.example=" + open.url(), "closed.example=" + closed.url());
    }

    @AfterEach
    void stop() {
        proxy.close();
        open.close();
        closed.close();
        auth.close();
    }

    @Test
    void sendsClientsThatNameNoRegistryToTheAgentsOwnTokenService() throws Exception {
        HttpResponse<byte[]> answer = proxy.get("/v2/");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"http://" + proxy.authority() + "/darter/token\",service=\"darter\"");
        assertThat(header(answer, "Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
        assertThat(proxy.get("/v2/", "Authorization", "Bearer alice").statusCode()).isEqualTo(200);
    }

    @Test
    void givesClientsThatNameTheirRegistryItsOwnAnswer() throws Exception {
        assertThat(proxy.get("/v2/?ns=open.example").statusCode()).isEqualTo(200);
        assertThat(header(proxy.get("/v2/?ns=closed.example"), "WWW-Authenticate")).contains(auth.url());
    }

    @Test
    void wantsNoCredentialsWhereNoUpstreamDoes() throws Exception {
        try (ProxyFixture plain = new ProxyFixture(data.resolve("plain"), UnaryOperator.identity(), "open.example=" + open.url())) {
            assertThat(plain.get("/v2/").statusCode()).isEqualTo(200);
            assertThat(plain.get("/v2").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void rewritesTheChallengeOfAPrefixClientAndPullsWithTheToken() throws Exception {
        String target = "/v2/closed.example/lib/app/manifests/1";
        HttpResponse<byte[]> refused = proxy.get(target);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer realm=\"http://" + proxy.authority()
                + "/darter/token\",service=\"darter\",scope=\"repository:closed.example/lib/app:pull\"");

        HttpResponse<byte[]> token = proxy.get("/darter/token?service=darter&account=alice&scope="
                + encode("repository:closed.example/lib/app:pull"), "Authorization", BASIC);
        assertThat(token.statusCode()).isEqualTo(200);
        assertThat(new String(token.body(), StandardCharsets.UTF_8)).isEqualTo("{\"token\":\"alice\"}");
        FakeRegistry.Seen asked = auth.seen().getFirst();
        assertThat(asked.target()).isEqualTo("/token?service=closed&scope=" + encode("repository:lib/app:pull") + "&account=alice");
        assertThat(asked.authorization()).containsExactly(BASIC);

        assertThat(proxy.get(target, "Authorization", "Bearer alice").statusCode()).isEqualTo(200);
    }

    @Test
    void handsOutTokensOfItsOwnForRegistriesThatHaveNone() throws Exception {
        open.tag("lib/app:1", open.manifest(Manifest.OCI_INDEX, "{\"manifests\":[]}"));
        String nobody = token("repository:open.example/lib/app:pull");
        assertThat(proxy.get("/v2/open.example/lib/app/manifests/1", "Authorization", "Bearer " + nobody).statusCode()).isEqualTo(200);
        assertThat(open.seen().getLast().authorization()).isEmpty();

        open.wants(BASIC, "Basic realm=\"open\"");
        String alice = token("repository:open.example/lib/app:pull", "Authorization", BASIC);
        assertThat(proxy.head("/v2/open.example/lib/app/manifests/1", "Authorization", "Bearer " + alice).statusCode()).isEqualTo(200);
        assertThat(open.seen().getLast().authorization()).containsExactly(BASIC);
    }

    private String token(String scope, String... headers) throws Exception {
        HttpResponse<byte[]> answer = proxy.get("/darter/token?scope=" + encode(scope), headers);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body()).path("token").stringValue();
    }

    @Test
    void asksNoTokenServiceThatOnlyTheClientNames() throws Exception {
        try (FakeRegistry evil = new FakeRegistry()) {
            for (String query : new String[]{"realm=" + encode(evil.url()), "service=" + encode(evil.url()),
                    "scope=" + encode("repository:" + evil.authority() + "/lib/app:pull")}) {
                proxy.get("/darter/token?" + query, "Authorization", BASIC);
            }
            assertThat(evil.seen()).isEmpty();
        }
        assertThat(proxy.get("/darter/token?scope=" + encode("repository:unknown.example/app:pull")).statusCode()).isEqualTo(404);
    }

    @Test
    void neverPassesOn429FromATokenService() throws Exception {
        auth.intercept(exchange -> {
            FakeRegistry.answer(exchange, 429, new DefaultHttpHeaders(), "{}");
            return true;
        });
        assertThat(proxy.get("/darter/token?scope=" + encode("repository:closed.example/lib/app:pull")).statusCode()).isEqualTo(503);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
