package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that know the mirror by a path prefix and send no {@code ns}. */
final class PodmanSkopeoPullIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void everyObjectArrivesAsItIs() {
        Skopeo skopeo = new Skopeo(sandbox, startAgent());

        for (TestImage image : List.of(TestImages.hello(), TestImages.bulk(), TestImages.dockerList(), TestImages.wasm())) {
            sandbox.registry().push(image);
            Skopeo.assertHolds(skopeo.copyAll(image), image);
        }
    }

    @Test
    void podmanPullsAndRuns() {
        TestImage image = sandbox.registry().push(TestImages.hello());
        Podman podman = new Podman(sandbox, startAgent());

        podman.pull(image.reference()).orFail("podman pull");

        assertThat(podman.printed(image.reference())).isEqualTo(TestImages.GREETING + "\n");
    }

    private RegistriesConf startAgent() {
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin).agent(1);
        return RegistriesConf.write(sandbox, agent.address() + "/" + DarterCluster.REGISTRY);
    }
}
