package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Pull after pull through a cluster of which something is lost by lot each time: whoever pulls through an agent that lives gets the right bytes,
 * nothing wrong is kept, and nobody grows.
 */
@Tag("long")
final class ChaosIT {
    private static final int AGENTS = 4;
    private static final int ROUNDS = 40;
    private static final long MOST_MEMORY = 700L << 20;
    private static final int MOST_FILES = 400;

    private enum Fault {
        NONE,
        AGENT_KILLED,
        AGENT_FROZEN,
        AGENT_STOPPED,
        SCHEDULER_KILLED,
        SCHEDULER_FROZEN
    }

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
    private final Random random = new Random(seed);
    private CountingProxy origin;
    private DarterCluster cluster;

    @BeforeEach
    void startCluster() {
        System.out.println("ChaosIT seed " + seed);
        origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(200)));
        cluster = DarterCluster.start(sandbox, AGENTS, origin);
    }

    @Test
    void pullsEndRightWhateverIsLost() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            pullWith(Fault.values()[random.nextInt(Fault.values().length)], round);
        }
        cluster.agents().forEach(DarterAgent::assertStoreIsTrue);
        for (DarterAgent agent : cluster.agents()) {
            assertThat(residentBytes(agent)).as("memory of %s", agent.address()).isLessThan(MOST_MEMORY);
            assertThat(openFiles(agent)).as("open files of %s", agent.address()).isLessThan(MOST_FILES);
        }
    }

    private void pullWith(Fault fault, int round) {
        TestImage image = sandbox.registry().push(TestImages.random("chaos-" + round, 1000 + round, 16));
        DarterAgent victim = cluster.agent(1 + random.nextInt(AGENTS));
        long moment = origin.bytesSent() + (long) (random.nextDouble() * image.largest().size());
        String what = "seed " + seed + ", round " + round + ", " + fault + " of " + victim.address();
        List<Future<MirrorClient.Answer>> pulls = new ArrayList<>();
        for (DarterAgent agent : cluster.agents()) {
            pulls.add(Together.begin(() -> pull(agent, image)));
        }
        Waiting.until("the moment of " + what, Duration.ofSeconds(60), () -> origin.bytesSent() >= moment);
        begin(fault, victim);
        for (DarterAgent agent : cluster.agents()) {
            boolean isLost = agent.equals(victim) && (fault == Fault.AGENT_KILLED || fault == Fault.AGENT_STOPPED);
            boolean isFrozen = agent.equals(victim) && fault == Fault.AGENT_FROZEN;
            if (!isLost && !isFrozen) {
                assertRight(Together.result(pulls.get(cluster.agents().indexOf(agent))), image, what);
            }
        }
        end(fault, victim);
        assertRight(pull(victim, image), image, what + ", afterwards");
    }

    private static MirrorClient.Answer pull(DarterAgent agent, TestImage image) {
        MirrorClient client = new MirrorClient(agent.url());
        client.manifest(image);
        return client.blob(image, image.largest());
    }

    private static void assertRight(MirrorClient.Answer answer, TestImage image, String what) {
        assertThat(answer.isComplete()).as("%s: %s", what, answer).isTrue();
        assertThat(answer.digest()).as(what).isEqualTo(image.largest().digest());
    }

    private void begin(Fault fault, DarterAgent victim) {
        switch (fault) {
            case NONE -> {
                // Rounds without a fault show that the last one left nothing behind.
            }
            case AGENT_KILLED -> victim.process().process().kill();
            case AGENT_FROZEN -> victim.process().process().freeze();
            case AGENT_STOPPED -> victim.process().stop();
            case SCHEDULER_KILLED -> cluster.scheduler().process().kill();
            case SCHEDULER_FROZEN -> cluster.scheduler().process().freeze();
        }
    }

    private void end(Fault fault, DarterAgent victim) {
        switch (fault) {
            case NONE -> {
                // Nothing was lost.
            }
            case AGENT_KILLED, AGENT_STOPPED -> victim.process().restart();
            case AGENT_FROZEN -> victim.process().process().thaw();
            case SCHEDULER_KILLED -> cluster.scheduler().restart();
            case SCHEDULER_FROZEN -> cluster.scheduler().process().thaw();
        }
    }

    private static long residentBytes(DarterAgent agent) throws IOException {
        try (Stream<String> status = Files.lines(processFolder(agent).resolve("status"))) {
            String kibibytes = status.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow().replaceAll("\\D", "");
            return Long.parseLong(kibibytes) << 10;
        }
    }

    private static long openFiles(DarterAgent agent) throws IOException {
        try (Stream<Path> files = Files.list(processFolder(agent).resolve("fd"))) {
            return files.count();
        }
    }

    private static Path processFolder(DarterAgent agent) {
        return Path.of("/proc").resolve(Long.toString(agent.process().process().pid()));
    }
}
