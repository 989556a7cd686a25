package dev.darter.agent.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.darter.registry.upstream.UpstreamConfig;

final class RegistryNamesTest {

    private static RegistryNames of(String... upstreams) {
        return RegistryNames.of(Stream.of(upstreams).map(UpstreamConfig::parse).toList());
    }

    @Test
    void containerdLeavesThePortOut() {
        RegistryNames names = of("docker.io", "registry.example:5000", "[::1]:5000");

        assertThat(names.sources(Set.of("docker.io"))).containsExactly("https://registry-1.docker.io");
        assertThat(names.sources(Set.of("registry.example"))).containsExactly("https://registry.example:5000");
        assertThat(names.sources(Set.of("::1"))).containsExactly("http://[::1]:5000");
    }

    @Test
    void ofTwoRegistriesOnOneHostNeitherIsMeant() {
        assertThat(of("registry.example", "registry.example:5000").sources(Set.of("registry.example"))).isEmpty();
    }

    @Test
    void severalNamesOfOneRegistryAreOneSource() {
        UpstreamConfig one = UpstreamConfig.parse("registry.example");
        RegistryNames names = RegistryNames.of(List.of(one, new UpstreamConfig(List.of("team"), one.base(), one.caFile())));

        assertThat(names.sources(Set.of("registry.example", "team"))).containsExactly("https://registry.example");
    }

    @Test
    void registryThatMayNotBeAskedIsASourceBesideOthersOnly() {
        assertThat(of("docker.io").sources(Set.of("elsewhere.example"))).isEmpty();
        assertThat(of("docker.io").sources(Set.of("docker.io", "elsewhere.example"))).hasSize(2);
    }
}
