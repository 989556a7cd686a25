package dev.darter.e2e.simulation;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * What one run of a scenario measured. All but {@code wallSeconds} is exact for a seed.
 *
 * @param bytes size of what each host wants (F)
 * @param unfinished hosts that should have got everything and did not
 * @param bytesPerSecond of a host's link and the origin's, unless the scenario says otherwise
 * @param lastSeconds when the last host had everything, counted from the last arrival
 * @param boundSeconds lower bound for all
 * @param lastOverBound the one over the other
 * @param p99OverMedian 99th percentile of the finishing times over their median, both counted from the last arrival
 * @param originOverSize bytes that left the origin over F
 * @param messages to and from the scheduler, for each host and blob, without signs of life
 * @param signsOfLife of hosts, for each host and blob
 * @param worstOverOwnBound the largest ratio of a host's time from its own arrival to its own lower bound
 * @param zoneLinkOverSize bytes over the busiest link into a zone over F; 0 without such links
 * @param duplicates chunks that came although they were there
 * @param refused chunks that came and were found to be false
 * @param events of the simulation
 * @param wallSeconds that the run took
 * @param cpuSeconds of the one thread that runs it
 */
record Measured(String scenario, int hosts, long bytes, double bytesPerSecond, long seed, int unfinished, double lastSeconds,
        double boundSeconds, double lastOverBound, double p99OverMedian, double originOverSize, double messages, double signsOfLife,
        double worstOverOwnBound, double zoneLinkOverSize, long duplicates,
        long refused, long events, double wallSeconds, double cpuSeconds) {

    static final String HEADER = row("scenario", "hosts", "MiB", "seed", "last/bnd", "p99/med", "origin/F", "sched/hb", "own/bnd", "zone/F",
            "unfin.", "dup/host", "wall s", "cpu s");

    String row() {
        return summary(String.valueOf(seed), List.of(this), DoubleStream::sum);
    }

    /** The median of runs that differ by their seeds only, figure by figure, and the worst. */
    static List<String> rows(List<Measured> runs) {
        return List.of(summary("median", runs, Measured::median), summary("worst", runs, figures -> figures.max().orElse(0)));
    }

    private static double median(DoubleStream figures) {
        double[] sorted = figures.sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String summary(String name, List<Measured> runs, ToDoubleFunction<DoubleStream> choice) {
        Measured any = runs.getFirst();
        Function<ToDoubleFunction<Measured>, Double> figure = of -> choice.applyAsDouble(runs.stream().mapToDouble(of));
        double zoneLink = figure.apply(Measured::zoneLinkOverSize);
        return row(any.scenario, any.hosts, any.bytes >> 20, name, shown(figure.apply(Measured::lastOverBound)),
                shown(figure.apply(Measured::p99OverMedian)), shown(figure.apply(Measured::originOverSize)),
                "%.1f".formatted(figure.apply(Measured::messages)), shown(figure.apply(Measured::worstOverOwnBound)),
                zoneLink == 0 ? "-" : shown(zoneLink), "%.0f".formatted(figure.apply(Measured::unfinished)),
                "%.2f".formatted(figure.apply(Measured::duplicates) / any.hosts), "%.1f".formatted(figure.apply(Measured::wallSeconds)),
                "%.1f".formatted(figure.apply(Measured::cpuSeconds)));
    }

    private static String shown(double ratio) {
        return "%.3f".formatted(ratio);
    }

    private static String row(Object... cells) {
        return "%-20s %6s %6s %8s %8s %8s %8s %8s %8s %8s %6s %9s %8s %8s".formatted(cells);
    }
}
