package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.darter.scheduler.SwarmShape;

/** Many hosts that read parts of a large blob at once, as at the start of containers with lazy image formats. */
class LazyReadersTest {

    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;
    private static final double RATE = 100e6 / 8;

    private record Part(SimHost host, int from, int to) {}

    private static Cluster cluster(long seed, int hosts) {
        Cluster cluster = new Cluster(seed, SwarmShape.DEFAULT, RATE);
        for (int i = 0; i < hosts; i++) {
            cluster.addHost(RATE);
        }
        cluster.start();
        return cluster;
    }

    private static long seed() {
        long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
        System.out.println("LazyReadersTest seed " + seed);
        return seed;
    }

    @Test
    void theEndOfALargeBlobComesBeforeTheRestToEverybodyWhoWaitsForIt() {
        Cluster cluster = cluster(seed(), 30);
        SimBlob blob = cluster.addBlob(200 * MIB);
        int last = blob.layout().count() - 1;
        cluster.hosts().forEach(host -> host.pullPart(blob, last, last + 1));
        long began = cluster.time().now();
        boolean done = cluster.runUntil(() -> cluster.hosts().stream().allMatch(host -> host.hasPart(blob, last, last + 1)), 10 * SECOND);
        double seconds = (double) (cluster.time().now() - began) / SECOND;
        System.out.printf("the last MiB of 200 at 30 hosts after %.2f s, %d MiB from the registry%n", seconds,
                cluster.origin().sentBytes() / MIB);
        assertThat(done).isTrue();
        // A chunk takes 84 ms from host to host, the registry shares its rate with the background; two trees of 30 hosts are five deep.
        assertThat(seconds).isLessThan(2);
        assertThat(cluster.origin().sentBytes()).isLessThan(40 * MIB);
        assertThat(cluster.origin().readAgain(blob)).isZero();
    }

    @Test
    void scatteredPartsComeFromTheOneReaderOfTheOriginAndNoChunkTwice() {
        long seed = seed();
        Cluster cluster = cluster(seed, 12);
        SimBlob blob = cluster.addBlob(400 * MIB);
        Random random = new Random(seed);
        List<Part> parts = new ArrayList<>();
        for (SimHost host : cluster.hosts()) {
            int from = 100 + random.nextInt(290);
            parts.add(new Part(host, from, from + 1 + random.nextInt(2)));
        }
        parts.forEach(part -> part.host().pullPart(blob, part.from(), part.to()));
        long began = cluster.time().now();
        boolean done = cluster.runUntil(() -> parts.stream().allMatch(part -> part.host().hasPart(blob, part.from(), part.to())),
                30 * SECOND);
        System.out.printf("12 scattered parts of 400 MiB after %.2f s, %d MiB from the registry%n",
                (double) (cluster.time().now() - began) / SECOND, cluster.origin().sentBytes() / MIB);
        assertThat(done).isTrue();
        // In order the registry would need 8 seconds to come to the first of them, and 34 to the last.
        assertThat(cluster.time().now() - began).isLessThan(8 * SECOND);
        assertThat(cluster.origin().readAgain(blob)).isLessThanOrEqualTo(24);
    }

    @Test
    void hostsThatReadTheSamePartGiveItToEachOther() {
        Cluster cluster = cluster(seed(), 8);
        SimBlob blob = cluster.addBlob(200 * MIB);
        SimHost first = cluster.host(0);
        List<SimHost> others = List.copyOf(cluster.hosts()).subList(1, 8);
        first.pullPart(blob, 90, 102);
        assertThat(cluster.runUntil(() -> first.hasPart(blob, 90, 102), 10 * SECOND)).isTrue();
        others.forEach(host -> host.pullPart(blob, 90, 102));
        long began = cluster.time().now();
        boolean done = cluster.runUntil(() -> others.stream().allMatch(host -> host.hasPart(blob, 90, 102)), 30 * SECOND);
        double seconds = (double) (cluster.time().now() - began) / SECOND;
        System.out.printf("12 MiB that one host has at 7 others after %.2f s%n", seconds);
        assertThat(done).isTrue();
        // One link carries 12 MiB in 1.0 s, and seven times as much in 7.
        assertThat(seconds).isLessThan(4);
    }

    @Test
    void hostsThatReadTheSamePartAtOnceDoNotAllTakeItFromTheOneThatReadsTheOrigin() {
        Cluster cluster = cluster(seed(), 8);
        SimBlob blob = cluster.addBlob(200 * MIB);
        cluster.hosts().forEach(host -> host.pullPart(blob, 90, 102));
        long began = cluster.time().now();
        boolean done = cluster.runUntil(() -> cluster.hosts().stream().allMatch(host -> host.hasPart(blob, 90, 102)), 30 * SECOND);
        double seconds = (double) (cluster.time().now() - began) / SECOND;
        System.out.printf("12 MiB at 8 hosts that read it at once after %.2f s%n", seconds);
        assertThat(done).isTrue();
        // One link carries seven times 12 MiB in 7 s.
        assertThat(seconds).isLessThan(5);
    }

    @Test
    void partsComeAllTheSameWhenTheReaderOfTheOriginVanishes() {
        Cluster cluster = cluster(seed(), 8);
        SimBlob blob = cluster.addBlob(200 * MIB);
        cluster.hosts().forEach(host -> host.pullPart(blob, 150, 152));
        cluster.runFor(SECOND / 20);
        cluster.host(0).vanish();
        assertThat(cluster.runUntil(() -> cluster.alive().stream().allMatch(host -> host.hasPart(blob, 150, 152)), 15 * SECOND)).isTrue();
    }
}
