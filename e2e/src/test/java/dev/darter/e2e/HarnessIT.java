package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test equipment itself: each real program pulls straight from the real registry, and what is counted is what was sent. */
final class HarnessIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void containerdPullsAndRuns() {
        TestImage image = sandbox.registry().push(TestImages.hello());
        CountingProxy origin = origin(RateLimit.none());
        Containerd containerd = Containerd.start(sandbox, "containerd").useMirror(origin.url());

        containerd.pull(image.reference()).orFail("pull");

        containerd.assertHolds(image.contents());
        assertThat(containerd.printed(image.reference())).isEqualTo(TestImages.GREETING + "\n");
        for (Blob blob : image.blobs()) {
            assertThat(origin.gets(blob.digest())).as(blob.mediaType()).hasSize(1);
            assertThat(origin.bytesSent(blob.digest())).isEqualTo(blob.size());
        }
    }

    @Test
    void containerdFetchesEveryKindOfContent() {
        CountingProxy origin = origin(RateLimit.none());
        Containerd containerd = Containerd.start(sandbox, "containerd").useMirror(origin.url());

        for (TestImage image : new TestImage[]{TestImages.bulk(), TestImages.dockerList(), TestImages.wasm()}) {
            sandbox.registry().push(image);
            containerd.fetch(image.reference()).orFail("fetch");
            containerd.assertHolds(image.contents());
        }

        containerd.removeImages();
    }

    @Test
    void imagesAreLargeEnough() {
        assertThat(TestImages.bulk().size()).isGreaterThan(200 << 20);
        assertThat(TestImages.dockerList().size()).isGreaterThan(200 << 20);
    }

    @Test
    void dockerPullsThroughItsMirrorAndRuns() {
        TestImage image = sandbox.registry().push(TestImages.dockerList());
        CountingProxy origin = origin(RateLimit.none());
        Dockerd dockerd = Dockerd.start(sandbox, origin.url());

        dockerd.docker("pull", "e2e/docker-list").orFail("docker pull");

        assertThat(dockerd.docker("run", "--rm", "--network", "none", "e2e/docker-list").orFail("docker run").stdout())
                .isEqualTo(TestImages.GREETING + "\n");
        assertThat(origin.bytesSent(image.largest().digest())).isEqualTo(image.largest().size());
    }

    @Test
    void podmanAndSkopeoPullThroughTheirMirror() {
        TestImage hello = sandbox.registry().push(TestImages.hello());
        TestImage bulk = sandbox.registry().push(TestImages.bulk());
        RegistriesConf configuration = RegistriesConf.write(sandbox, origin(RateLimit.none()).address());
        Podman podman = new Podman(sandbox, configuration);

        podman.pull(hello.reference()).orFail("podman pull");
        Path copy = new Skopeo(sandbox, configuration).copyAll(bulk);

        assertThat(podman.printed(hello.reference())).isEqualTo(TestImages.GREETING + "\n");
        Skopeo.assertHolds(copy, bulk);
    }

    @Test
    void slowOriginKeepsItsRate() {
        TestImage image = sandbox.registry().push(TestImages.single());
        CountingProxy origin = origin(RateLimit.megabitsPerSecond(400));
        Containerd containerd = Containerd.start(sandbox, "containerd").useMirror(origin.url());

        Command.Output output = containerd.fetch(image.reference()).orFail("fetch");

        assertThat(output.elapsed()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void privateRegistriesAdmitOnlyWhoHasTheKey() {
        TestImage image = TestImages.hello();
        RealRegistry basic = sandbox
                .closeLater(RealRegistry.start(sandbox.scratch("registry"), sandbox.logs(), RealRegistry.Access.ONE_USER));
        basic.push(image);
        sandbox.registry().push(image);
        CountingProxy tokens = origin(RateLimit.none());
        TokenServer server = sandbox.closeLater(new TokenServer());
        tokens.guard(server);
        Containerd containerd = Containerd.start(sandbox, "containerd").useMirror(basic.url());

        assertThat(containerd.fetch(image.reference()).succeeded()).isFalse();
        containerd.fetchAs(RealRegistry.USER, RealRegistry.PASSWORD, image.reference()).orFail("fetch with a password");
        containerd.removeImages();
        containerd.useMirror(tokens.url());
        assertThat(containerd.fetch(image.reference()).succeeded()).isFalse();
        containerd.fetchAs(TokenServer.USER, TokenServer.PASSWORD, image.reference()).orFail("fetch with a token");

        assertThat(server.issued()).isPositive();
    }

    private CountingProxy origin(RateLimit rate) {
        return sandbox.closeLater(new CountingProxy(sandbox.registry().url(), rate));
    }
}
