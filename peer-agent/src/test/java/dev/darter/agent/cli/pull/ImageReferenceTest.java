package dev.darter.agent.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @CsvSource({"busybox, docker.io/library/busybox:latest", "busybox:1.36, docker.io/library/busybox:1.36",
            "library/busybox, docker.io/library/busybox:latest",
            "grafana/grafana, docker.io/grafana/grafana:latest", "docker.io/busybox, docker.io/library/busybox:latest",
            "index.docker.io/busybox, docker.io/library/busybox:latest", "ghcr.io/a/b/c:v1, ghcr.io/a/b/c:v1",
            "localhost/app, localhost/app:latest", "localhost:5000/app, localhost:5000/app:latest",
            "registry/app, docker.io/registry/app:latest",
            "127.0.0.1:5000/app:x, 127.0.0.1:5000/app:x", "[::1]:5000/app, [::1]:5000/app:latest",
            "Registry.Example.COM/app, registry.example.com/app:latest",
            "host:5000/name:tag@sha256:" + HEX + ", host:5000/name:tag@sha256:" + HEX,
            "app@sha256:" + HEX + ", docker.io/library/app@sha256:" + HEX,
            "quay.io/a__b/c-d.e, quay.io/a__b/c-d.e:latest"})
    void completesNames(String written, String complete) {
        assertThat(ImageReference.parse(written)).hasToString(complete);
        assertThat(ImageReference.parse(complete)).isEqualTo(ImageReference.parse(written));
    }

    @Test
    void asksForTheDigestBeforeTheTag() {
        assertThat(ImageReference.parse("a:b@sha256:" + HEX).reference()).isEqualTo("sha256:" + HEX);
        assertThat(ImageReference.parse("a:b").reference()).isEqualTo("b");
        assertThat(ImageReference.parse("a").reference()).isEqualTo("latest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "@", "/", "Busybox", "a:", "a:-x", "a:b:c", "a//b", "/a", "a/", "a@", "a@sha256:abc", "a@md5:00",
            "a@sha256:" + HEX + "@sha256:" + HEX,
            "../etc", "a/../b", "ghcr.io/", "ghcr.io:99999999/x", "-host.io/x", "a b", "a%2fb", "http://ghcr.io/x", "a..b", "a.-b", "a/B",
            "ghcr.io?x/y"})
    void refusesWhatIsNoName(String written) {
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse(written))
                .withMessageContaining("is not the name of an image");
    }
}
