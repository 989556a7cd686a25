package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers start before their image has arrived, and read it through the agent: stargz-snapshotter under real containerds. */
final class StargzPullIT {

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.lazy();

    @ParameterizedTest
    @EnumSource
    void containersReadAFractionWhichTheSecondHostTakesFromTheFirst(Containerd.Release release) {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin, "--lazy", "ranges-only");

        runOn("first", release, cluster.agent(1));
        long sent = origin.bytesSent(image.largest().digest());
        System.out.printf("%d KiB of a layer of %d KiB have left the registry%n", sent >> 10, image.largest().size() >> 10);
        assertThat(sent).as("what is read, the table of contents, and the chunks at their edges")
                .isBetween(8L << 20, 14L << 20);

        runOn("second", release, cluster.agent(2));
        assertThat(origin.bytesSent(image.largest().digest())).as("for both").isEqualTo(sent);
        assertThat(cluster.agent(2).originBytes()).as("read by the second").isLessThan(1 << 20);
        assertThat(cluster.agent(2).peerBytes()).as("from the first").isGreaterThanOrEqualTo(8L << 20);
    }

    private void runOn(String name, Containerd.Release release, DarterAgent agent) {
        Stargz snapshotter = Stargz.start(sandbox, name + "-stargz", agent.url());
        Containerd containerd = Containerd.start(sandbox, name, release, snapshotter).useMirror(agent.url());
        containerd.pullLazily(image.reference()).orFail("pull");
        assertThat(containerd.blobs().resolve(Digests.hex(image.largest().digest()))).as("the layer").doesNotExist();
        assertThat(containerd.printedLazily(image.reference(), "cat", "/greeting").strip()).isEqualTo(TestImages.GREETING);
        assertThat(containerd.printedLazily(image.reference(), "sha256sum", "/random/42"))
                .startsWith(Digests.hex(Digests.of(TestImages.lazyFile())));
    }
}
