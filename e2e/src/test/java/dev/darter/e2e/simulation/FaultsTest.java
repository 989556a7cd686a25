package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;

import dev.darter.scheduler.SwarmShape;

/** What the cores do about hosts that vanish, freeze or lie, and about a scheduler or an origin that is lost. */
class FaultsTest {

    private static final double RATE = 25e6;
    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000L;
    private static final long LONG = 120 * SECOND;

    private final Cluster cluster = new Cluster(seed(), SwarmShape.DEFAULT, RATE);

    private static long seed() {
        long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
        System.out.println("FaultsTest seed " + seed);
        return seed;
    }

    private SimBlob crowd(int hosts, long mebibytes) {
        for (int i = 0; i < hosts; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(mebibytes * MIB);
        cluster.start();
        cluster.hosts().forEach(host -> host.pull(blob));
        return blob;
    }

    private SimHost reader() {
        return cluster.hosts().stream().filter(SimHost::readsOrigin).findFirst().orElseThrow();
    }

    /** Runs until all that are alive have the blob; the seconds that it took from now. */
    private double finish(SimBlob blob) {
        long from = cluster.time().now();
        boolean done = cluster.runUntil(() -> cluster.alive().stream().allMatch(host -> host.has(blob)), LONG);
        assertThat(done).as("everybody finishes; missing: %s", missing(blob)).isTrue();
        assertThat(cluster.alive()).allMatch(host -> host.failure(blob) == null);
        return (cluster.time().now() - from) / 1e9;
    }

    private List<String> missing(SimBlob blob) {
        Predicate<SimHost> has = host -> host.has(blob);
        return cluster.alive().stream().filter(has.negate()).map(host -> host.id() + " has " + host.chunks(blob)).toList();
    }

    @Test
    void finishesWhenHostsAreKilled() {
        SimBlob blob = crowd(40, 64);
        cluster.runFor(SECOND);
        SimHost reader = reader();
        cluster.hosts().stream().filter(host -> host != reader).limit(8).forEach(SimHost::die);
        finish(blob);
        assertThat(cluster.origin().readAgain(blob)).isZero();
    }

    @Test
    void finishesWhenHostsFreeze() {
        SimBlob blob = crowd(40, 64);
        cluster.runFor(SECOND);
        SimHost reader = reader();
        cluster.hosts().stream().filter(host -> host != reader).limit(8).forEach(SimHost::vanish);
        finish(blob);
        assertThat(cluster.origin().readAgain(blob)).isZero();
    }

    @Test
    void readsAgainOnlyWhatTheLostLeaseHolderAloneHad() {
        SimBlob blob = crowd(8, 64);
        cluster.runFor(SECOND);
        SimHost reader = reader();
        reader.die();
        int alone = aloneWith(reader, blob);
        finish(blob);
        assertThat(cluster.origin().readAgain(blob)).isLessThanOrEqualTo(alone);
    }

    @Test
    void replacesFrozenLeaseHolderWithinTwoSeconds() {
        SimBlob blob = crowd(8, 64);
        cluster.runFor(SECOND);
        SimHost reader = reader();
        reader.vanish();
        int alone = aloneWith(reader, blob);
        double seconds = finish(blob);
        assertThat(cluster.origin().readAgain(blob)).isLessThanOrEqualTo(alone);
        assertThat(seconds).isLessThan(blob.layout().blobSize() / RATE + 2);
    }

    /** Chunks that nobody but the lost reader had, and those that were on their way to it. */
    private int aloneWith(SimHost reader, SimBlob blob) {
        int most = cluster.alive().stream().mapToInt(host -> host.chunks(blob)).max().orElse(0);
        return reader.chunks(blob) - most + 4;
    }

    @Test
    void finishesWithoutSchedulerThatDiesInTheMiddle() {
        SimBlob blob = crowd(40, 64);
        cluster.runFor(SECOND);
        cluster.scheduler().die();
        finish(blob);
        assertThat(cluster.origin().readAgain(blob)).isZero();
    }

    @Test
    void electsOneReaderWithoutScheduler() {
        for (int i = 0; i < 8; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(32 * MIB);
        cluster.start();
        cluster.scheduler().die();
        cluster.runFor(SECOND);
        cluster.hosts().forEach(host -> host.pull(blob));
        finish(blob);
        assertThat((double) cluster.origin().sentBytes() / blob.layout().blobSize()).isLessThan(1.02);
    }

    @Test
    void electsAnotherReaderWhenSchedulerAndReaderDie() {
        SimBlob blob = crowd(16, 64);
        cluster.runFor(SECOND);
        cluster.scheduler().die();
        reader().die();
        finish(blob);
        assertThat((double) cluster.origin().sentBytes() / blob.layout().blobSize()).isLessThan(1.25);
    }

    @Test
    void goesOnUnderRestartedScheduler() {
        SimBlob blob = crowd(16, 64);
        cluster.runFor(SECOND);
        cluster.scheduler().die();
        cluster.runFor(SECOND / 2);
        cluster.restartScheduler();
        finish(blob);
        assertThat(cluster.origin().readAgain(blob)).isZero();
    }

    @Test
    void dropsLiars() {
        for (int i = 0; i < 20; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(32 * MIB);
        cluster.start();
        cluster.hosts().stream().skip(15).forEach(SimHost::lie);
        cluster.hosts().forEach(host -> host.pull(blob));
        boolean done = cluster.runUntil(() -> cluster.hosts().stream().limit(15).allMatch(host -> host.has(blob)), LONG);
        assertThat(done).as("honest hosts finish; missing: %s", missing(blob)).isTrue();
        assertThat(cluster.origin().readAgain(blob)).isZero();
    }

    @Test
    void needsNoOriginWhereSomebodyHoldsTheBlob() {
        for (int i = 0; i < 10; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(32 * MIB);
        cluster.start();
        cluster.host(3).hold(blob);
        cluster.runFor(SECOND);
        cluster.host(0).pull(blob);
        cluster.host(1).pull(blob);
        finish2(blob, 0, 1);
        assertThat(cluster.origin().sentBytes()).isZero();
    }

    private void finish2(SimBlob blob, int... hosts) {
        boolean done = cluster.runUntil(() -> java.util.Arrays.stream(hosts).allMatch(host -> cluster.host(host).has(blob)), LONG);
        assertThat(done).isTrue();
    }

    @Test
    void goesToTheOriginWhenTheOnlyHolderIsFrozen() {
        for (int i = 0; i < 3; i++) {
            cluster.addHost(RATE);
        }
        SimBlob blob = cluster.addBlob(32 * MIB);
        cluster.start();
        cluster.host(2).hold(blob);
        cluster.runFor(SECOND);
        cluster.host(2).vanish();
        cluster.host(0).pull(blob);
        long from = cluster.time().now();
        finish2(blob, 0);
        assertThat((cluster.time().now() - from) / 1e9).isLessThan(5 + blob.layout().blobSize() / RATE);
    }

    @Test
    void feedsEachZoneOverOneLink() {
        for (int i = 0; i < 24; i++) {
            cluster.addHost(Rates.equal(RATE), "zone" + i % 3);
        }
        SimBlob blob = cluster.addBlob(64 * MIB);
        cluster.start();
        cluster.hosts().forEach(host -> host.pull(blob));
        finish(blob);
        assertThat((double) cluster.bytesBetweenZones() / blob.layout().blobSize()).isLessThan(2 * 1.05);
    }
}
