package dev.darter.e2e.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

import dev.darter.agent.swarm.Command;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.scheduler.SwarmShape;

/** Hosts, an origin and a scheduler on virtual time. Equal seeds give equal runs. */
final class Cluster {

    static final long DELAY_NANOS = 1_000_000;

    private final Timeline time = new Timeline();
    private final Map<HostId, SimHost> hosts = new LinkedHashMap<>();
    private final Map<dev.darter.protocol.BlobKey, SimBlob> blobs = new LinkedHashMap<>();
    private final Map<Class<?>, long[]> counts = new HashMap<>();
    private final Map<String, Link.Pipe> zoneLinks = new TreeMap<>();
    private double zoneRate;
    private BiConsumer<SimHost, SimBlob> whenFinished = (_, _) -> {};
    private long bytesBetweenZones;
    private final SimOrigin origin;
    private final Random random;
    private final SwarmShape shape;
    private SimScheduler scheduler;

    Cluster(long seed, SwarmShape shape, double originBytesPerSecond) {

        this.random = new Random(seed);
        this.shape = shape;
        this.origin = new SimOrigin(this, originBytesPerSecond);
        this.scheduler = new SimScheduler(this, shape, new Random(random.nextLong()));
    }

    /** Counts what hosts do, by kind. */
    void count(Command command) {
        Object kind = switch (command) {
            case Command.TellPeer tell -> tell.message();
            case Command.TellScheduler tell -> tell.message();
            default -> command;
        };
        counts.computeIfAbsent(kind.getClass(), _ -> new long[1])[0]++;
    }

    /** How often hosts did what. */
    Map<String, Long> counts() {
        Map<String, Long> byName = new TreeMap<>();
        counts.forEach((kind, count) -> byName.put(kind.getSimpleName(), count[0]));
        return byName;
    }

    /** Links into zones are this thin; to be told before hosts are added. */
    void linkZones(double bytesPerSecond) {
        zoneRate = bytesPerSecond;
    }

    /** What bytes from outside have to pass on their way into a zone; nothing where zones were not linked by thin links. */
    Optional<Link.Pipe> linkOf(String zone) {
        return zoneRate == 0 ? Optional.empty() : Optional.of(zoneLinks.computeIfAbsent(zone, _ -> new Link.Pipe(zoneRate, 0)));
    }

    Map<String, Link.Pipe> zoneLinks() {
        return zoneLinks;
    }

    /** Calls back whenever a host has all of a blob. */
    void onFinished(BiConsumer<SimHost, SimBlob> listener) {
        whenFinished = listener;
    }

    void finished(SimHost host, SimBlob blob) {
        whenFinished.accept(host, blob);
    }

    /** Bytes that hosts sent to hosts of other zones. */
    long bytesBetweenZones() {
        return bytesBetweenZones;
    }

    void countBetweenZones(long bytes) {
        bytesBetweenZones += bytes;
    }

    Timeline time() {
        return time;
    }

    SimOrigin origin() {
        return origin;
    }

    SimScheduler scheduler() {
        return scheduler;
    }

    Collection<SimHost> hosts() {
        return hosts.values();
    }

    Optional<SimHost> host(HostId id) {
        return Optional.ofNullable(hosts.get(id));
    }

    SimHost host(int number) {
        return java.util.Objects.requireNonNull(hosts.get(name(number)));
    }

    SimBlob blob(dev.darter.protocol.BlobKey key) {
        return java.util.Objects.requireNonNull(blobs.get(key));
    }

    SimBlob addBlob(long size) {
        SimBlob blob = SimBlob.of(blobs.size() + 1, size);
        blobs.put(blob.key(), blob);
        return blob;
    }

    /** Adds a host with equal rates in both directions whose upload rate the scheduler is not told. */
    SimHost addHost(double bytesPerSecond) {
        return addHost(Rates.equal(bytesPerSecond), "zone");
    }

    SimHost addHost(Rates rates, String zone) {
        HostId id = name(hosts.size());
        SimHost host = new SimHost(this, new Member(id, id + ":65002", zone), rates, new Random(random.nextLong()));
        hosts.put(id, host);
        return host;
    }

    private static HostId name(int number) {
        return new HostId("h" + number);
    }

    /** A scheduler with an empty memory takes the place of the last one. */
    void restartScheduler() {
        scheduler = new SimScheduler(this, shape, new Random(random.nextLong()));
        hosts.values().forEach(SimHost::start);
    }

    /** Starts all hosts and lets the scheduler settle. */
    void start() {
        hosts.values().forEach(SimHost::start);
        runFor(3_000_000_000L);
    }

    void runFor(long nanos) {
        long end = time.now() + nanos;
        boolean[] over = {false};
        time.in(nanos, () -> over[0] = true);
        while (!over[0] && time.now() <= end && time.step()) {
            // Each step is one event.
        }
    }

    /** Runs until something is true; false when that takes longer than the limit. */
    boolean runUntil(BooleanSupplier isTrue, long limitNanos) {
        long end = time.now() + limitNanos;
        while (!isTrue.getAsBoolean()) {
            if (time.now() > end || !time.step()) {
                return false;
            }
        }
        return true;
    }

    List<SimHost> alive() {
        return new ArrayList<>(hosts.values().stream().filter(SimHost::isAlive).toList());
    }
}
