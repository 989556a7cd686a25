package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.scheduler.SwarmShape;

/** An image is several blobs at once: large ones must not hold up small ones, which its reader needs as well. */
class SeveralBlobsTest {

    private static final double RATE = 25e6;
    private static final long MIB = 1 << 20;
    private static final long LONG = 600_000_000_000L;
    private static final long[] SIZES = {90 * MIB, 70 * MIB, 30 * MIB, 20 * MIB, 2 * MIB, 576};

    @ParameterizedTest
    @ValueSource(ints = {3, 16})
    void smallBlobsAreNotHeldUpByLargeOnes(int hosts) {
        long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
        Cluster cluster = new Cluster(seed, SwarmShape.DEFAULT, RATE);
        for (int i = 0; i < hosts; i++) {
            cluster.addHost(RATE);
        }
        List<SimBlob> blobs = Arrays.stream(SIZES).mapToObj(cluster::addBlob).toList();
        cluster.start();
        Random random = new Random(seed);
        long start = cluster.time().now();
        cluster.hosts().forEach(host -> cluster.time().in((long) (random.nextDouble() * 2e9), () -> blobs.forEach(host::pull)));
        boolean done = cluster.runUntil(() -> cluster.hosts().stream().allMatch(host -> blobs.stream().allMatch(host::has)), LONG);
        assertThat(done).as("everybody finishes").isTrue();
        double[] slowest = blobs.stream()
                .mapToDouble(blob -> cluster.hosts().stream().mapToDouble(host -> host.seconds(blob)).max().orElseThrow())
                .toArray();
        double last = (cluster.time().now() - start) / 1e9 - 2;
        double bound = Arrays.stream(SIZES).sum() / RATE;
        System.out.printf("SeveralBlobsTest seed %d: %d hosts: %.2f of the bound, slowest of each blob %s s%n", seed, hosts, last / bound,
                Arrays.toString(slowest));

        assertThat(slowest[4]).as("seconds for 2 MiB").isLessThan(2);
        assertThat(slowest[5]).as("seconds for 576 bytes").isLessThan(1);
        assertThat(last / bound).isLessThan(1.5);
    }
}
