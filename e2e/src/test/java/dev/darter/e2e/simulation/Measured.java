package dev.darter.e2e.simulation;

/**
 * What one run of a scenario measured. All but {@code wallSeconds} is exact for a seed.
 *
 * @param bytes size of what each host wants (F)
 * @param unfinished hosts that should have got everything and did not
 * @param lastOverBound when the last host had everything, counted from the last arrival, over the lower bound of all
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
record Measured(String scenario, int hosts, long bytes, long seed, int unfinished, double lastOverBound, double p99OverMedian,
        double originOverSize, double messages, double signsOfLife, double worstOverOwnBound, double zoneLinkOverSize, long duplicates,
        long refused, long events, double wallSeconds, double cpuSeconds) {

    static final String HEADER = "%-20s %6s %6s %8s %8s %8s %8s %8s %8s %8s %6s %9s %8s %8s".formatted("scenario", "hosts", "MiB", "seed",
            "last/bnd", "p99/med", "origin/F", "sched/hb", "own/bnd", "zone/F", "unfin.", "dup/host", "wall s", "cpu s");

    String row() {
        return "%-20s %6d %6d %8d %8.3f %8.3f %8.3f %8.1f %8.3f %8s %6d %9.2f %8.1f %8.1f".formatted(scenario, hosts, bytes >> 20, seed,
                lastOverBound, p99OverMedian, originOverSize, messages, worstOverOwnBound,
                zoneLinkOverSize == 0 ? "-" : "%.3f".formatted(zoneLinkOverSize), unfinished, (double) duplicates / hosts, wallSeconds,
                cpuSeconds);
    }
}
