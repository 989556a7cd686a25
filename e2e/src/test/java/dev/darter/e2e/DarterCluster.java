package dev.darter.e2e;

import java.util.List;
import java.util.stream.IntStream;

/** A scheduler and its agents, all on 127.0.0.1. */
record DarterCluster(DarterProcess scheduler, String schedulerUrl, List<DarterAgent> agents) {
    /** What clients call the registry. No resolver knows the name, so a client that goes round its mirror gets nowhere. */
    static final String REGISTRY = "registry.test";

    static DarterCluster start(Sandbox sandbox, int size, CountingProxy origin, String... agentOptions) {
        DarterCluster empty = scheduler(sandbox);
        List<DarterAgent> agents = IntStream.rangeClosed(1, size)
                .mapToObj(number -> DarterAgent.launch(sandbox, "agent-" + number, empty.schedulerUrl(), origin.url(), agentOptions))
                .toList();
        agents.forEach(agent -> agent.process().awaitReady());
        agents.forEach(agent -> agent.awaitMembers(size));
        return new DarterCluster(empty.scheduler(), empty.schedulerUrl(), agents);
    }

    /** A cluster that has no agents yet. */
    static DarterCluster scheduler(Sandbox sandbox) {
        String address = "127.0.0.1:" + Ports.free();
        DarterProcess scheduler = DarterProcess.launch(sandbox, "scheduler", List.of("scheduler", "--listen", address)).awaitReady();
        return new DarterCluster(scheduler, "http://" + address, List.of());
    }

    DarterAgent agent(int number) {
        return agents.get(number - 1);
    }
}
