package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {

    private static final byte[] BODY = Fixture.content(50_000);

    @Test
    void asksThroughTheHttpProxyWithItsPassword() throws Exception {
        try (FakeServer proxy = FakeServer.start((request, reply) -> reply.send(200, Map.of(), BODY));
                Upstream upstream = new Upstream(UpstreamConfig.parse("registry.test=http://registry.test:5000"), Fixture.PATIENT,
                        EnvironmentProxies.of(Map.of("http_proxy", "http://ann:p%40ss@127.0.0.1:" + proxy.port())),
                        new Fixture.ManualClock());
                UpstreamAnswer answer = upstream.send(Fixture.blob())) {
            assertThat(answer.readAll(BODY.length)).isEqualTo(BODY);
            FakeServer.Request asked = proxy.requests().getFirst();
            assertThat(asked.target()).isEqualTo("http://registry.test:5000" + Fixture.BLOB);
            assertThat(asked.all("Proxy-Authorization")).containsExactly("Basic YW5uOnBAc3M=");
        }
    }

    @Test
    void tunnelsHttpsWithThePasswordForTheProxyAlone() throws Exception {
        TestCertificates certificates = TestCertificates.make("registry.test");
        try (FakeServer registry = FakeServer.startTls(certificates.identity(), (request, reply) -> reply.send(200, Map.of(), BODY));
                FakeServer proxy = FakeServer.start((request, reply) -> reply.tunnel(registry.port()));
                Upstream upstream = certificates.upstream(URI.create("https://registry.test"),
                        EnvironmentProxies.of(Map.of("HTTPS_PROXY", "ann:secret@127.0.0.1:" + proxy.port())));
                UpstreamAnswer answer = upstream.send(Fixture.blob())) {
            assertThat(answer.readAll(BODY.length)).isEqualTo(BODY);
            FakeServer.Request connect = proxy.requests().getFirst();
            assertThat(connect.method()).isEqualTo("CONNECT");
            assertThat(connect.target()).isEqualTo("registry.test:443");
            assertThat(connect.all("Proxy-Authorization")).containsExactly("Basic YW5uOnNlY3JldA==");
            assertThat(registry.requests().getFirst().all("Proxy-Authorization")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"http://a.example.org,true", "http://example.org,true", "http://badexample.org,false", "http://sub.only.net,true",
            "http://only.net,false", "http://10.1.2.3,true", "http://11.1.2.3,false", "http://[fd00::7]:5000,true",
            "http://[fe00::7]:5000,false",
            "http://ported.net:5000,true", "http://ported.net,false", "http://A.Star.NET,true", "http://127.0.0.1:5000,true",
            "http://localhost,true", "http://[::1]:80,true", "http://192.168.0.9,true", "https://secure.net:8443,true",
            "https://secure.net,false"})
    void reachesDirectlyWhatNoProxySays(URI target, boolean direct) {
        EnvironmentProxies proxies = EnvironmentProxies
                .of(Map.of("HTTP_PROXY", "proxy:3128", "HTTPS_PROXY", "http://proxy:3129", "NO_PROXY",
                        "example.org, .only.net,10.0.0.0/8,fd00::/8,ported.net:5000,*.star.net,192.168.0.9,,[fe00::8]:80,secure.net:8443"));
        assertThat(proxies.forTarget(target).isEmpty()).isEqualTo(direct);
    }

    @Test
    void knowsNoProxyForAll() {
        EnvironmentProxies proxies = EnvironmentProxies.of(Map.of("HTTP_PROXY", "proxy:3128", "no_proxy", "*"));
        assertThat(proxies.forTarget(URI.create("http://anything.net"))).isEmpty();
    }

    @Test
    void usesEachSchemesOwnProxy() {
        EnvironmentProxies proxies = EnvironmentProxies.of(Map.of("HTTP_PROXY", "one:3128", "https_proxy", "http://two"));
        assertThat(proxies.forTarget(URI.create("http://a.net")).orElseThrow().address().getHostString()).isEqualTo("one");
        assertThat(proxies.forTarget(URI.create("https://a.net")).orElseThrow().address().getPort()).isEqualTo(80);
        assertThat(EnvironmentProxies.of(Map.of("HTTP_PROXY", " ")).forTarget(URI.create("http://a.net"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"socks5://ann:secret@proxy:1080", "https://ann:secret@proxy", "http://ann:secret@", "http://ann:sec ret@proxy"})
    void refusesWhatItCantUseWithoutRepeatingThePassword(String value) {
        assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("HTTP_PROXY", value))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HTTP_PROXY")
                .hasMessageNotContaining("sec");
    }
}
