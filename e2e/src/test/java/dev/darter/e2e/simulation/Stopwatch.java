package dev.darter.e2e.simulation;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What a thread needs for something, from now on. */
final class Stopwatch {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long wallStart = System.nanoTime();
    private final long cpuStart = THREADS.getCurrentThreadCpuTime();

    double wallSeconds() {
        return (System.nanoTime() - wallStart) / 1e9;
    }

    /** Of the calling thread, which has to be the one that made this. */
    double cpuSeconds() {
        return (THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e9;
    }
}
