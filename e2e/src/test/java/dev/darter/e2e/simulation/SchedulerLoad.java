package dev.darter.e2e.simulation;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import com.sun.management.OperatingSystemMXBean;

import dev.darter.scheduler.Outgoing;
import dev.darter.scheduler.SchedulerCore;

/** Drives the real scheduler core with what a large cluster says, as fast as it can, and measures what that takes. */
final class SchedulerLoad {

    /** How large the cluster is, and for how long it is watched. */
    record Size(int hosts, int blobsPerHost, int distinctBlobs, int virtualSeconds, long seed) {}

    /**
     * What one run measured. Seconds are of processors.
     *
     * @param inventorySeconds of the core's thread, for hellos and inventories of all hosts
     * @param inventoryBytes heap that the state takes then
     * @param events that the core was told afterwards: messages, lost links, ticks
     * @param answers that it gave to them
     * @param coreSeconds of its thread
     * @param allSeconds the same, and those of the collector and the compiler, also for what the imagined agents leave to collect
     * @param stateBytes heap that the state takes at the end
     */
    record Figures(Size size, double inventorySeconds, long inventoryBytes, long events, long answers, double coreSeconds,
            double allSeconds, int swarms, long stateBytes) {

        double eventsPerSecond() {
            return events / allSeconds;
        }
    }

    private static final long SLICE_NANOS = 10_000_000L;
    private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final SchedulerCore core;
    private double inventorySeconds;
    private long inventoryBytes;
    private long events;
    private long answers;
    private double coreSeconds;
    private double allSeconds;

    private SchedulerLoad(long seed) {
        core = new SchedulerCore("scheduler", new Random(seed), 0);
    }

    static Figures run(Size size) {
        long before = usedHeap();
        SchedulerLoad load = new SchedulerLoad(size.seed());
        load.drive(size);
        long stateBytes = usedHeap() - before;
        return new Figures(size, load.inventorySeconds, load.inventoryBytes, load.events, load.answers, load.coreSeconds, load.allSeconds,
                load.core.swarmCount(), stateBytes);
    }

    private void drive(Size size) {
        BusyAgents agents = new BusyAgents(size);
        long before = usedHeap();
        for (int host = 0; host < size.hosts(); host++) {
            agents.heard(tell(agents.start(host)));
        }
        inventorySeconds = coreSeconds;
        inventoryBytes = usedHeap() - before;
        events = 0;
        answers = 0;
        coreSeconds = 0;
        double agentSeconds = 0;
        double start = processSeconds();
        while (agents.now() < size.virtualSeconds() * 1_000_000_000L) {
            Stopwatch watch = new Stopwatch();
            List<BusyAgents.Said> said = agents.next(SLICE_NANOS);
            agentSeconds += watch.cpuSeconds();
            List<List<Outgoing>> told = tell(said);
            watch = new Stopwatch();
            agents.heard(told);
            agentSeconds += watch.cpuSeconds();
        }
        allSeconds = processSeconds() - start - agentSeconds;
    }

    private List<List<Outgoing>> tell(List<BusyAgents.Said> all) {
        List<List<Outgoing>> told = new ArrayList<>(all.size());
        Stopwatch watch = new Stopwatch();
        for (BusyAgents.Said said : all) {
            if (core.nextTick() <= said.at()) {
                told.add(core.onTick(said.at()));
            }
            told.add(said.message()
                    .map(message -> core.onMessage(said.from(), message, said.at()))
                    .orElseGet(() -> core.onLinkLost(said.from(), said.at())));
        }
        coreSeconds += watch.cpuSeconds();
        events += told.size();
        told.forEach(each -> answers += each.size());
        return told;
    }

    private static double processSeconds() {
        return PROCESS.getProcessCpuTime() / 1e9;
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
