package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.darter.scheduler.SwarmShape;

/** Clusters, arrivals and faults by lot: whatever happens, every host that stays and tells the truth gets what it wants, and nothing false. */
class RandomRunsTest {

    private static final int ROUNDS = 12;
    private static final int MANY_ROUNDS = 400;
    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private record Pull(SimHost host, SimBlob blob) {}

    @Test
    void everybodyWhoStaysGetsEverything() {
        runMany(ROUNDS);
    }

    @Test
    @Tag("long")
    void everybodyWhoStaysGetsEverythingInManyRounds() {
        runMany(MANY_ROUNDS);
    }

    /** The only host that had all fell silent, and the others forgot that as soon as they gained anything from each other. */
    @Test
    void goesOnWithoutTheOnlyHolder() {
        run(852_857);
    }

    /** A host with a slow downlink gave up what was on its way to it and asked elsewhere, until nothing came whole any more. */
    @Test
    void goesOnWhereTheDownlinkIsFull() {
        run(891_472);
    }

    private static void runMany(int rounds) {
        long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
        System.out.println("RandomRunsTest seed " + seed);
        for (int round = 0; round < rounds; round++) {
            run(seed + round);
        }
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        Cluster cluster = new Cluster(seed, SwarmShape.DEFAULT, 5e6 + random.nextDouble() * 100e6);
        int hosts = 2 + random.nextInt(40);
        int zones = random.nextInt(4) == 0 ? 3 : 1;
        for (int i = 0; i < hosts; i++) {
            double up = 3e6 + random.nextDouble() * 40e6;
            double disk = random.nextInt(8) == 0 ? 3e6 + random.nextDouble() * 20e6 : Double.POSITIVE_INFINITY;
            cluster.addHost(new Rates(up, 5e6 + random.nextDouble() * 40e6, random.nextBoolean() ? (long) up : 0, disk, false,
                    i % 3 * 25_000_000L), "zone" + i % zones);
        }
        List<Pull> pulls = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            SimBlob blob = cluster.addBlob(1 + random.nextLong(32 * MIB));
            for (SimHost host : cluster.hosts()) {
                if (random.nextInt(4) > 0) {
                    pulls.add(new Pull(host, blob));
                }
            }
        }
        cluster.start();
        for (Pull pull : pulls) {
            cluster.time().in(random.nextLong(3 * SECOND), () -> {
                if (pull.host().isAlive()) {
                    pull.host().pull(pull.blob());
                }
            });
        }
        faults(cluster, random);
        boolean done = cluster.runUntil(() -> pulls.stream().allMatch(RandomRunsTest::isOver), 300 * SECOND);
        assertThat(done).as("seed %d: %d hosts; unfinished %s", seed, hosts, unfinished(pulls)).isTrue();
        assertThat(pulls).as("seed %d", seed).allMatch(pull -> pull.host().failure(pull.blob()) == null);
    }

    private static void faults(Cluster cluster, Random random) {
        for (SimHost host : cluster.hosts()) {
            switch (random.nextInt(20)) {
                case 0 -> cluster.time().in(random.nextLong(4 * SECOND), host::die);
                case 1 -> cluster.time().in(random.nextLong(4 * SECOND), host::vanish);
                default -> {
                }
            }
        }
        switch (random.nextInt(4)) {
            case 0 -> cluster.time().in(random.nextLong(4 * SECOND), () -> cluster.scheduler().die());
            case 1 -> cluster.time().in(random.nextLong(2 * SECOND), () -> {
                cluster.scheduler().die();
                cluster.time().in(random.nextLong(2 * SECOND), cluster::restartScheduler);
            });
            default -> {
            }
        }
    }

    private static boolean isOver(Pull pull) {
        return !pull.host().isAlive() || pull.host().has(pull.blob());
    }

    private static List<String> unfinished(List<Pull> pulls) {
        return pulls.stream()
                .filter(pull -> !isOver(pull))
                .map(pull -> pull.host().id() + " has " + pull.host().chunks(pull.blob()) + " of "
                        + pull.blob().layout().count())
                .toList();
    }
}
