package dev.darter.e2e.simulation;

/**
 * What a scenario is run with.
 *
 * @param hosts how many there are in all
 * @param bytes size of what each of them wants, over all blobs
 * @param rate bytes per second of a host's link, in both directions, and of the origin's, unless a scenario says otherwise
 * @param seed equal seeds give equal runs
 */
record Setting(int hosts, long bytes, double rate, long seed) {

    /** 200 Mbit/s. */
    static final double USUAL_RATE = 25e6;

    Setting(int hosts, long bytes, long seed) {
        this(hosts, bytes, USUAL_RATE, seed);
    }
}
