package dev.darter.e2e.simulation;

/**
 * What a scenario is run with.
 *
 * @param hosts how many there are in all
 * @param bytes size of what each of them wants, over all blobs
 * @param seed equal seeds give equal runs
 */
record Setting(int hosts, long bytes, long seed) {}
