package dev.darter.e2e.simulation;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./darter-sim scheduler-load}: how much of a processor and of memory the scheduler of a large cluster needs. */
@Command(name = "scheduler-load", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Tells the real scheduler core what the agents of a large cluster would say, and measures what it needs.",
        "Each second one host in 25 pulls a blob, by popularity, and as many the new images of rollouts, and each throws away another; each host",
        "gives a sign of life every 5 seconds; one in 2000 is lost and comes back with its whole inventory 3 seconds later."})
final class SchedulerLoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--hosts", paramLabel = "N", defaultValue = "100000", description = "How many hosts (default ${DEFAULT-VALUE}).")
    private int hosts;

    @Option(names = "--blobs", paramLabel = "N", defaultValue = "200", description = "How many blobs each of them holds (default ${DEFAULT-VALUE}).")
    private int blobsPerHost;

    @Option(names = "--distinct", paramLabel = "N", defaultValue = "1000000", description = "How many blobs there are (default ${DEFAULT-VALUE}).")
    private int distinctBlobs;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "60", description = "For how long the cluster is watched (default ${DEFAULT-VALUE}).")
    private int virtualSeconds;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "1", description = "Equal seeds tell equal events (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--output", paramLabel = "FILE", description = "Where to write the figures as JSON.")
    private Optional<Path> output = Optional.empty();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SchedulerLoad.Figures figures = SchedulerLoad.run(new SchedulerLoad.Size(hosts, blobsPerHost, distinctBlobs, virtualSeconds, seed));
        out.printf("%d hosts with %d of %d blobs%n", hosts, blobsPerHost, distinctBlobs);
        out.printf("inventories of all: %.1f s, %d MiB%n", figures.inventorySeconds(), figures.inventoryBytes() >> 20);
        out.printf("then %d events and %d answers in %.1f s (%.1f s with collector and compiler): %.0f events/s on one core%n",
                figures.events(), figures.answers(), figures.coreSeconds(), figures.allSeconds(), figures.eventsPerSecond());
        out.printf("%d swarms at the end, %d MiB%n", figures.swarms(), figures.stateBytes() >> 20);
        output.ifPresent(file -> JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(file, figures));
        return 0;
    }
}
