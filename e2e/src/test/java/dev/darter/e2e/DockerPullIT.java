package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Docker Engine with an agent as its {@code registry-mirrors}: it names no registry, so the agent's first upstream is meant. */
final class DockerPullIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void pulledImageRuns() {
        TestImage image = sandbox.registry().push(TestImages.dockerList());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        Host.of(sandbox, "other", cluster.agent(1)).fetch(image);
        Dockerd dockerd = Dockerd.start(sandbox, cluster.agent(2).url());

        dockerd.docker("pull", "e2e/docker-list").orFail("docker pull");

        assertThat(dockerd.docker("run", "--rm", "--network", "none", "e2e/docker-list").orFail("docker run").stdout())
                .isEqualTo(TestImages.GREETING + "\n");
        assertThat(dockerd.docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", "e2e/docker-list").stdout())
                .contains(image.root().digest());
        Host.assertLeftOnce(origin, image, cluster.agents().size());
    }
}
