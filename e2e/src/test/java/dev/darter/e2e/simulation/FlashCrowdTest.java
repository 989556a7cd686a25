package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.darter.scheduler.SwarmShape;

/** Everybody wants the same blob at once, from an origin as fast as a host. */
class FlashCrowdTest {

    private static final double RATE = 25e6;
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"8, 256", "16, 256", "100, 256", "300, 256"})
    void finishesNearTheLowerBound(int hosts, int mebibytes) {
        long seed = Long.getLong("darter.seed", 1);
        System.out.println("FlashCrowdTest seed " + seed);
        Cluster cluster = new Cluster(seed, SwarmShape.DEFAULT, RATE);
        for (int i = 0; i < hosts; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(mebibytes * MIB);
        cluster.start();
        long started = cluster.time().now();
        long before = cluster.scheduler().messages();
        cluster.hosts().forEach(host -> host.pull(blob));
        boolean done = cluster.runUntil(() -> cluster.hosts().stream().allMatch(host -> host.has(blob)), 600_000_000_000L);
        double bound = blob.layout().blobSize() / RATE;
        double last = (cluster.time().now() - started) / 1e9;
        double origin = (double) cluster.origin().sentBytes() / blob.layout().blobSize();
        long duplicates = cluster.hosts().stream().mapToLong(SimHost::duplicates).sum();
        System.out.printf("%d hosts, %d MiB: %.3f of the bound, origin %.3f F, %.1f messages a host, %d duplicates, %d steps%n", hosts,
                mebibytes,
                last / bound, origin, (double) (cluster.scheduler().messages() - before) / hosts, duplicates, cluster.time().steps());
        assertThat(done).isTrue();
    }
}
