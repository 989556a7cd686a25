package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.registry.OriginException;

class TransportSecurityTest {

    private static final byte[] BODY = Fixture.content(100_000);
    private static final FakeServer.Handler OK = (request, reply) -> reply.send(200, Map.of(), BODY);

    @Test
    void trustsTheAuthorityThatItWasGiven() throws Exception {
        TestCertificates certificates = TestCertificates.make("127.0.0.1");
        try (FakeServer registry = FakeServer.startTls(certificates.identity(), OK);
                Upstream upstream = certificates.upstream(registry.uri(), EnvironmentProxies.none());
                UpstreamAnswer answer = upstream.send(Fixture.blob())) {
            assertThat(answer.readAll(BODY.length)).isEqualTo(BODY);
        }
    }

    @Test
    void refusesAStrangersCertificate() throws Exception {
        try (FakeServer registry = FakeServer.startTls(TestCertificates.make("127.0.0.1").identity(), OK);
                Upstream upstream = Fixture.upstream(registry)) {
            assertThatThrownBy(() -> upstream.send(Fixture.blob())).isInstanceOf(OriginException.class)
                    .hasMessageContaining("certification path");
            assertThat(registry.requests()).isEmpty();
        }
    }

    @Test
    void refusesACertificateForAnotherHost() throws Exception {
        TestCertificates certificates = TestCertificates.make("registry.test");
        try (FakeServer registry = FakeServer.startTls(certificates.identity(), OK);
                Upstream upstream = certificates.upstream(registry.uri(), EnvironmentProxies.none())) {
            assertThatThrownBy(() -> upstream.send(Fixture.blob())).isInstanceOf(OriginException.class).hasMessageContaining("127.0.0.1");
            assertThat(registry.requests()).isEmpty();
        }
    }

    @Test
    void saysWhatIsWrongWithAnAuthorityFile(@TempDir Path folder) throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        UpstreamConfig config = UpstreamConfig.parse("registry.test").withCaFile(empty);
        assertThatThrownBy(() -> new Upstream(config, Fixture.PATIENT, EnvironmentProxies.none(), new Fixture.ManualClock()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("empty.pem");
    }
}
