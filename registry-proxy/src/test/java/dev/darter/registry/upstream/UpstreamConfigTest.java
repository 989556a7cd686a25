package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamConfigTest {

    @ParameterizedTest
    @CsvSource({"docker.io,docker.io,https://registry-1.docker.io", "ghcr.io,ghcr.io,https://ghcr.io", "GHCR.io,ghcr.io,https://ghcr.io",
            "registry.corp:5000,registry.corp:5000,https://registry.corp:5000", "127.0.0.1:5000,127.0.0.1:5000,http://127.0.0.1:5000",
            "localhost,localhost,http://localhost", "localhost:443,localhost:443,https://localhost",
            "hub=https://Mirror.Corp:443/,hub,https://mirror.corp",
            "a=http://a:80,a,http://a", "a=https://a:80/x/y//,a,https://a:80/x/y", "a=https://a/v2/,a,https://a",
            "[::1]:5000,[::1]:5000,http://[::1]:5000"})
    void readsNameAndUrl(String text, String name, String base) {
        UpstreamConfig config = UpstreamConfig.parse(text);
        assertThat(config.names()).containsExactly(name);
        assertThat(config.identity()).isEqualTo(base);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=https://a", "a/b", "a=", "a=ftp://b", "a=b", "a=https://", "a=https://ann:secret@b", "a=https://b?x=1",
            "a=https://b c",
            "..", "a_=https://b"})
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> UpstreamConfig.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("secret");
    }

    @Test
    void takesSeveralNamesOfOneUrlForOneRegistry() throws Exception {
        try (Upstreams upstreams = open("127.0.0.1:5000", "docker.io", "local=http://127.0.0.1:5000/")) {
            assertThat(upstreams.all()).hasSize(2);
            assertThat(upstreams.first().identity()).isEqualTo("http://127.0.0.1:5000");
            assertThat(upstreams.byName("LOCAL")).contains(upstreams.first());
            assertThat(upstreams.byName("127.0.0.1:5000")).contains(upstreams.first());
            assertThat(upstreams.byIdentity("https://registry-1.docker.io")).isEqualTo(upstreams.byName("docker.io"));
            assertThat(upstreams.byName("ghcr.io")).isEmpty();
        }
    }

    @Test
    void knowsDockerHubAloneWhenNothingIsConfigured() throws Exception {
        try (Upstreams upstreams = open()) {
            assertThat(upstreams.all()).extracting(Upstream::identity).containsExactly("https://registry-1.docker.io");
        }
    }

    @Test
    void refusesOneNameForTwoUrls() {
        assertThatThrownBy(() -> open("a=https://b", "a=https://c")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("https://b", "https://c");
    }

    private static Upstreams open(String... texts) throws IOException {
        List<UpstreamConfig> configs = Stream.of(texts).map(UpstreamConfig::parse).toList();
        return Upstreams.open(configs, UpstreamTimeouts.DEFAULT, EnvironmentProxies.none(), new Fixture.ManualClock());
    }
}
