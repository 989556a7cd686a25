package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.darter.scheduler.SwarmShape;

/**
 * Many hosts want the same blob. The lower bound for F bytes to N hosts, from an origin with upload u_o, with host rates u_i and d_i, is
 * {@code max(F/u_o, F/d_min, N·F/(u_o + Σu_i))}. Times are virtual and exact for a seed.
 */
class FlashCrowdTest {

    private static final double RATE = 25e6;
    private static final long MIB = 1 << 20;
    private static final long LONG = 600_000_000_000L;

    /** What a run measured. */
    private record Result(double lastOverBound, double originOverSize, double messagesPerHost, long duplicates) {}

    private static Result run(int hosts, int mebibytes, double originRate, double staggerSeconds, long seed) {
        Cluster cluster = new Cluster(seed, SwarmShape.DEFAULT, originRate);
        for (int i = 0; i < hosts; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(mebibytes * MIB);
        cluster.start();
        long messagesBefore = cluster.scheduler().messages();
        long started = cluster.time().now();
        Random random = new Random(seed);
        for (SimHost host : cluster.hosts()) {
            cluster.time().in((long) (random.nextDouble() * staggerSeconds * 1e9), () -> host.pull(blob));
        }
        boolean done = cluster.runUntil(() -> cluster.hosts().stream().allMatch(host -> host.has(blob)), LONG);
        assertThat(done).as("everybody finishes").isTrue();
        double size = blob.layout().blobSize();
        double bound = Math.max(size / Math.min(originRate, RATE), hosts * size / (originRate + hosts * RATE));
        double last = (cluster.time().now() - started) / 1e9 - staggerSeconds;
        Result result = new Result(last / bound, cluster.origin().sentBytes() / size,
                (double) (cluster.scheduler().messages() - messagesBefore) / hosts,
                cluster.hosts().stream().mapToLong(SimHost::duplicates).sum());
        System.out.printf("FlashCrowdTest seed %d: %d hosts, %d MiB: %s%n", seed, hosts, mebibytes, result);
        return result;
    }

    private static long seed() {
        return Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({"2, 256", "8, 256", "16, 256", "100, 256", "300, 128"})
    void finishesNearTheLowerBound(int hosts, int mebibytes) {
        Result result = run(hosts, mebibytes, RATE, 0, seed());
        // 128 MiB are only 128 chunks: the depth of the trees, 2 log2 N chunks, weighs twice as much.
        assertThat(result.lastOverBound).isLessThan(mebibytes < 256 ? 1.20 : 1.10);
        assertThat(result.originOverSize).isLessThanOrEqualTo(1.02);
        assertThat(result.messagesPerHost).isLessThan(hosts < 8 ? 40 : 20);
        assertThat(result.duplicates).isLessThanOrEqualTo(hosts);
    }

    @Test
    void losesLittleToOriginsOfOtherRates() {
        assertThat(run(16, 128, RATE / 4, 0, seed()).lastOverBound).isLessThan(1.05);
        assertThat(run(16, 128, RATE * 4, 0, seed()).lastOverBound).isLessThan(1.10);
    }

    @Test
    void feedsHostsThatArriveOneAfterTheOther() {
        Result result = run(50, 128, RATE, 2, seed());
        assertThat(result.lastOverBound).isLessThan(1.30);
        assertThat(result.originOverSize).isLessThanOrEqualTo(1.02);
        assertThat(result.messagesPerHost).isLessThan(20);
    }
}
