package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Docker Engine with its images in containerd: any registry can be mirrored, and the agent can serve what Docker holds. */
final class DockerContainerdStoreIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void platformsArePulledOneByOneAndRun() {
        TestImage image = sandbox.registry().push(ImageKinds.platforms());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        Dockerd dockerd = Dockerd.startOnContainerdStore(sandbox, cluster.agent(2).url());

        dockerd.docker("pull", image.reference()).orFail("docker pull");
        ContentStore.assertHoldsOnly(dockerd.blobs(),
                image.contents().stream().filter(blob -> !origin.gets(blob.digest()).isEmpty()).toList());
        assertThat(dockerd.docker("run", "--rm", "--network", "none", image.reference()).orFail("docker run").stdout())
                .isEqualTo(TestImages.GREETING + "\n");
        assertThat(dockerd
                .docker("run", "--rm", "--network", "none", image.reference(), "/bin/sha256sum", ImageKinds.zstdFile())
                .orFail("docker run")
                .stdout()).isEqualTo(ImageKinds.zstdFileSum());
        assertThat(dockerd.docker("image", "inspect", "--format", "{{.Id}}", image.reference()).stdout()).contains(image.root().digest());

        Host.of(sandbox, "other", cluster.agent(1)).fetch(image);
        for (String platform : new String[]{"linux/arm64", "linux/riscv64"}) {
            dockerd.docker("pull", "--platform", platform, image.reference()).orFail("docker pull of " + platform);
        }
        ContentStore.assertHolds(dockerd.blobs(),
                image.blobs().stream().filter(blob -> !blob.mediaType().equals(MediaTypes.IN_TOTO)).toList());
        assertThat(image.contents()).allSatisfy(blob -> assertThat(origin.bytesSent(blob.digest())).isEqualTo(blob.size()));
    }

    /** It asks what refers to the image as well, and this registry has no such lists. */
    @Test
    void pullsAgainWhileTheRegistryIsDown() {
        TestImage image = sandbox.registry().push(TestImages.hello());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 1, origin);
        Dockerd dockerd = Dockerd.startOnContainerdStore(sandbox, cluster.agent(1).url());
        dockerd.docker("pull", image.reference()).orFail("docker pull");
        dockerd.docker("image", "rm", image.reference()).orFail("docker image rm");

        origin.close();

        dockerd.docker("pull", image.reference()).orFail("docker pull without the registry");
        ContentStore.assertHolds(dockerd.blobs(), image.contents());
        assertThat(dockerd.docker("run", "--rm", "--network", "none", image.reference()).orFail("docker run").stdout())
                .isEqualTo(TestImages.GREETING + "\n");
    }

    @Test
    void whatDockerHoldsIsServedFromWhereItLies() {
        TestImage image = sandbox.registry().push(ImageKinds.manyLayers());
        Dockerd dockerd = Dockerd.startOnContainerdStore(sandbox, sandbox.registry().url());
        dockerd.docker("pull", image.reference()).orFail("docker pull without Darter");
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 1, origin);
        DarterAgent holder = DarterAgent.start(sandbox, "holder", cluster.schedulerUrl(), origin.url(), "--containerd-socket",
                dockerd.containerdSocket().toString());
        cluster.agent(1).awaitMembers(2);
        Waiting.until("all is served", SOON, () -> holder.process().metric("darter_containerd_blobs") == image.contents().size());

        Host.of(sandbox, "other", cluster.agent(1)).fetch(image);

        assertThat(cluster.agent(1).peerBytes()).isEqualTo(image.size());
        assertThat(cluster.agent(1).originBytes()).isZero();
        assertThat(holder.completeFiles()).as("copies").isEmpty();
        assertThat(dockerd.docker("run", "--rm", "--network", "none", image.reference()).orFail("docker run").stdout())
                .isEqualTo(TestImages.GREETING + "\n");
    }
}
