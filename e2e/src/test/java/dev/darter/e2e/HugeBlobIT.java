package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A blob of 8 GiB goes through an agent to containerd, and to another host, in bounded memory. Takes up to 32 GiB of disk. */
@Tag("long")
final class HugeBlobIT {
    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final long MOST_MEMORY = 400L << 20;

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void leavesTheRegistryOnceInBoundedMemory() {
        TestImage image = ImageKinds.huge();
        Blob layer = image.largest();
        RealRegistry registry = sandbox
                .closeLater(RealRegistry.start(sandbox.scratch("registry"), sandbox.logs(), RealRegistry.Access.EVERYBODY));
        registry.push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(registry.url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        Containerd containerd = Containerd.start(sandbox, "containerd", Containerd.Release.NEWER).useMirror(cluster.agent(1).url());

        Command.Output fetch = containerd.fetch(image.reference(), LIMIT).orFail("fetch");
        assertThat(Digests.of(containerd.blobs().resolve(Digests.hex(layer.digest())))).isEqualTo(layer.digest());
        String path = "/v2/" + image.repository() + "/blobs/" + layer.digest() + "?ns=" + DarterCluster.REGISTRY;
        Command.Output read = sandbox.command("curl", "sh", "-c", "curl --silent --fail \"$0\" | sha256sum", cluster.agent(2).url() + path)
                .run(LIMIT)
                .orFail("curl");

        assertThat(read.stdout()).startsWith(Digests.hex(layer.digest()));
        assertThat(origin.bytesSent(layer.digest())).isEqualTo(layer.size());
        assertThat(cluster.agent(2).peerBytes()).isGreaterThanOrEqualTo(layer.size());
        List<Long> memory = cluster.agents().stream().map(agent -> agent.process().process().mostResidentBytes()).toList();
        System.out.printf("from the registry in %s, from the other host in %s; most memory of the agents: %s MiB%n", fetch.elapsed(),
                read.elapsed(), memory.stream().map(bytes -> bytes >> 20).toList());
        assertThat(memory).allSatisfy(bytes -> assertThat(bytes).isLessThan(MOST_MEMORY));
    }
}
