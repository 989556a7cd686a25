package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hosts that pull the same images one after the other: the registry sends each byte once. */
final class ThreeAgentsPullIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void imageLeavesTheRegistryOnce() {
        TestImage image = sandbox.registry().push(TestImages.bulk());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        List<Host> hosts = Host.of(sandbox, DarterCluster.start(sandbox, 3, origin));

        for (Host host : hosts) {
            host.runtime().pull(image.reference()).orFail("pull");
            host.fetch(image);
        }

        Host.assertLeftOnce(origin, image, hosts.size());
        assertThat(hosts.getFirst().runtime().printed(image.reference())).isEqualTo(TestImages.GREETING + "\n");
        assertThat(hosts.get(0).agent().originBytes()).isEqualTo(image.size());
        for (Host later : hosts.subList(1, hosts.size())) {
            assertThat(later.agent().originBytes()).isZero();
            assertThat(later.agent().peerBytes()).isEqualTo(image.size());
        }
    }

    @Test
    void otherKindsOfContentLeaveTheRegistryOnce() {
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        List<Host> hosts = Host.of(sandbox, DarterCluster.start(sandbox, 3, origin));

        for (TestImage image : List.of(TestImages.wasm(), TestImages.dockerList())) {
            sandbox.registry().push(image);
            origin.reset();
            hosts.forEach(host -> host.fetch(image));
            Host.assertLeftOnce(origin, image, hosts.size());
        }
    }
}
