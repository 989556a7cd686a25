package dev.darter.e2e.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import dev.darter.scheduler.SwarmShape;

/** One run of a scenario: who pulls what when, and how far from the lower bound that ended. */
final class Trial {

    private static final long LONGEST_NANOS = 3_600_000_000_000L;

    /** What one host wants, and how far it has come. */
    private static final class Course {

        final long arrival;
        final List<Deque<SimBlob>> images = new ArrayList<>();
        final Map<SimBlob, Deque<SimBlob>> imageOf = new HashMap<>();
        int missing;
        long finish;

        Course(long arrival) {
            this.arrival = arrival;
        }
    }

    final Cluster cluster;
    final Random random;
    private final Setting setting;
    private final double originRate;
    private final Map<SimHost, Course> courses = new LinkedHashMap<>();
    private final Set<SimHost> excused = new HashSet<>();
    private final Set<SimBlob> blobs = new HashSet<>();
    private int unfinished;

    Trial(Setting setting, double originRate) {
        this.setting = setting;
        this.originRate = originRate;
        this.random = new Random(setting.seed());
        this.cluster = new Cluster(random.nextLong(), SwarmShape.DEFAULT, originRate);
        cluster.onFinished(this::finished);
    }

    /** Adds all hosts with equal rates. */
    void addEqualHosts() {
        for (int i = 0; i < setting.hosts(); i++) {
            cluster.addHost(setting.rate());
        }
    }

    /** Virtual time that an even flow of all bytes over one host's link takes. */
    long transferNanos() {
        return (long) (setting.bytes() / setting.rate() * 1e9);
    }

    /** A moment by lot. */
    long within(long nanos) {
        return (long) (random.nextDouble() * nanos);
    }

    /** A host will want the layers of some images, a few layers of each at a time, so long after the start. */
    void pull(SimHost host, Collection<List<SimBlob>> images, int layersAtOnce, long after) {
        Course course = new Course(cluster.time().now() + after);
        courses.put(host, course);
        for (List<SimBlob> image : images) {
            Deque<SimBlob> waiting = new ArrayDeque<>(image);
            course.images.add(waiting);
            image.forEach(blob -> course.imageOf.put(blob, waiting));
            course.missing += image.size();
            blobs.addAll(image);
        }
        unfinished++;
        cluster.time().in(after, () -> {
            for (int i = 0; i < layersAtOnce; i++) {
                course.images.forEach(image -> pullNext(host, image));
            }
        });
    }

    /** All hosts will want one blob, each at a moment of its own. */
    void pullWithin(long nanos) {
        SimBlob blob = cluster.addBlob(setting.bytes());
        cluster.hosts().forEach(host -> pull(host, List.of(List.of(blob)), 1, within(nanos)));
    }

    /** This host need not finish, and counts for nothing. */
    void excuse(SimHost host) {
        if (excused.add(host) && courses.containsKey(host)) {
            unfinished--;
        }
    }

    private void pullNext(SimHost host, Deque<SimBlob> image) {
        SimBlob next = image.poll();
        if (next != null && host.isAlive()) {
            host.pull(next);
        }
    }

    private void finished(SimHost host, SimBlob blob) {
        Course course = courses.get(host);
        if (course == null) {
            return;
        }
        if (--course.missing == 0) {
            course.finish = cluster.time().now();
            unfinished -= excused.contains(host) ? 0 : 1;
        }
        pullNext(host, java.util.Objects.requireNonNull(course.imageOf.get(blob)));
    }

    /** Runs until everybody has everything, or much too long. */
    Measured run(String scenario, Stopwatch watch) {
        long limit = cluster.time().now() + LONGEST_NANOS;
        SimScheduler scheduler = cluster.scheduler();
        long before = scheduler.messages() + scheduler.sent() - scheduler.signsOfLife();
        long livesBefore = scheduler.signsOfLife();
        while (unfinished > 0 && cluster.time().now() < limit && cluster.time().step()) {
            // Each step is one event.
        }
        double size = setting.bytes();
        double pulls = (double) setting.hosts() * blobs.size();
        List<Course> counted = courses.entrySet().stream().filter(it -> !excused.contains(it.getKey())).map(Map.Entry::getValue).toList();
        long lastArrival = counted.stream().mapToLong(course -> course.arrival).max().orElse(0);
        double[] times = counted.stream()
                .filter(course -> course.missing == 0)
                .mapToDouble(course -> (course.finish - lastArrival) / 1e9)
                .sorted()
                .toArray();
        double last = times.length == 0 ? 0 : times[times.length - 1];
        return new Measured(scenario, setting.hosts(), setting.bytes(), setting.rate(), setting.seed(), unfinished, last, bound(),
                last / bound(), times.length == 0 ? 0 : times[(int) Math.ceil(times.length * 0.99) - 1] / times[(times.length - 1) / 2],
                cluster.origin().sentBytes() / size, (scheduler.messages() + scheduler.sent() - scheduler.signsOfLife() - before) / pulls,
                (scheduler.signsOfLife() - livesBefore) / pulls, worstOverOwnBound(),
                cluster.zoneLinks().values().stream().mapToLong(Link.Pipe::bytes).max().orElse(0) / size,
                cluster.hosts().stream().mapToLong(SimHost::duplicates).sum(), cluster.hosts().stream().mapToLong(SimHost::corrupt).sum(),
                cluster.time().steps(), watch.wallSeconds(), watch.cpuSeconds());
    }

    /** {@code max(F/u_o, F/d_min, N·F/(u_o + Σu_i))} in seconds, of the hosts that count. */
    private double bound() {
        List<SimHost> hosts = courses.keySet().stream().filter(host -> !excused.contains(host)).toList();
        double size = setting.bytes();
        double slowest = hosts.stream().mapToDouble(SimHost::downloadRate).min().orElse(setting.rate());
        double uploads = hosts.stream().mapToDouble(SimHost::uploadRate).sum();
        return Math.max(size / Math.min(originRate, slowest), hosts.size() * size / (originRate + uploads));
    }

    /** The own bound of a host is the larger of F/d_i and what the origin still needs to send when the host arrives. */
    private double worstOverOwnBound() {
        long first = courses.values().stream().mapToLong(course -> course.arrival).min().orElse(0);
        double worst = 0;
        for (Map.Entry<SimHost, Course> entry : courses.entrySet()) {
            Course course = entry.getValue();
            if (!excused.contains(entry.getKey()) && course.missing == 0) {
                double own = Math.max(setting.bytes() / entry.getKey().downloadRate(),
                        setting.bytes() / originRate - (course.arrival - first) / 1e9);
                worst = Math.max(worst, (course.finish - course.arrival) / 1e9 / own);
            }
        }
        return worst;
    }
}
