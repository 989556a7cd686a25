package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;

/** Several agents with real sockets, stores and decisions in one process. */
@Timeout(120)
final class AgentSwarmTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException {
        System.out.println("seed " + seed);
        cluster = new TestCluster(folder, seed);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void readsTheOriginOnceForTwoAgentsOneAfterTheOther() throws Exception {
        AgentProcess first = cluster.start("first");
        AgentProcess second = cluster.start("second");
        byte[] bytes = bytes(5 * MIB + 12345);
        Digest digest = cluster.registry.add(bytes);

        assertThat(cluster.pull(first, digest).get()).isEqualTo(bytes);
        assertThat(cluster.pull(second, digest).get()).isEqualTo(bytes);

        assertThat(cluster.registry.gets(digest)).isEqualTo(1);
        assertThat(cluster.metric(second, "darter_peer_received_bytes_total")).isEqualTo(bytes.length);
        assertThat(cluster.metric(first, "darter_peer_sent_bytes_total")).isEqualTo(bytes.length);
    }

    /** More chunks than are announced together with their states. */
    @Test
    void fetchesTheChainInBulkFromAHostThatHasAllOfALargeBlob() throws Exception {
        AgentProcess first = cluster.start("first");
        AgentProcess second = cluster.start("second");
        byte[] bytes = bytes(24 * MIB + 12345);
        Digest digest = cluster.registry.add(bytes);

        assertThat(cluster.pull(first, digest).get()).isEqualTo(bytes);
        assertThat(cluster.pull(second, digest).get()).isEqualTo(bytes);

        assertThat(cluster.registry.gets(digest)).isEqualTo(1);
    }

    @Test
    void readsTheOriginOnceForManyAtTheSameMoment() throws Exception {
        List<AgentProcess> agents = List.of(cluster.start("a"), cluster.start("b"), cluster.start("c"), cluster.start("d"));
        byte[] bytes = bytes(20 * MIB + 1);
        Digest digest = cluster.registry.add(bytes);

        List<CompletableFuture<byte[]>> pulls = agents.stream()
                .flatMap(agent -> Stream.of(agent, agent))
                .map(agent -> cluster.pull(agent, digest))
                .toList();
        for (CompletableFuture<byte[]> pull : pulls) {
            assertThat(pull.get()).isEqualTo(bytes);
        }
        assertThat(cluster.registry.sent(digest)).isEqualTo(bytes.length);
        assertThat(cluster.registry.gets(digest)).isEqualTo(1);
    }

    @Test
    void goesOnWhenTheReaderOfTheOriginIsGone() throws Exception {
        AgentProcess first = cluster.start("first");
        AgentProcess second = cluster.start("second");
        byte[] bytes = bytes(8 * MIB);
        Digest digest = cluster.registry.add(bytes);
        cluster.registry.closeGateAt(digest, 4 * MIB);

        CompletableFuture<byte[]> lost = cluster.pull(first, digest);
        cluster.awaitSent(digest, 4 * MIB);
        CompletableFuture<byte[]> pull = cluster.pull(second, digest);
        cluster.awaitMetric(second, "darter_peer_received_bytes_total", 3 * MIB);
        first.close(Duration.ZERO);
        cluster.registry.open(digest);

        assertThat(pull.get()).isEqualTo(bytes);
        assertThat(lost).failsWithin(Duration.ofSeconds(30));
        assertThat(cluster.metric(second, "darter_origin_received_bytes_total")).isLessThan(6 * MIB);
    }

    @Test
    void goesOnWhenTheSchedulerIsGone() throws Exception {
        AgentProcess first = cluster.start("first");
        AgentProcess second = cluster.start("second");
        byte[] bytes = bytes(8 * MIB);
        Digest digest = cluster.registry.add(bytes);
        cluster.registry.closeGateAt(digest, 4 * MIB);

        CompletableFuture<byte[]> pull = cluster.pull(first, digest);
        CompletableFuture<byte[]> other = cluster.pull(second, digest);
        cluster.awaitSent(digest, 4 * MIB);
        cluster.scheduler.close(Duration.ZERO);
        cluster.registry.open(digest);

        assertThat(pull.get()).isEqualTo(bytes);
        assertThat(other.get()).isEqualTo(bytes);
    }

    @Test
    void goesOnWithTheChunksOfAnEarlierRun() throws Exception {
        AgentProcess agent = cluster.start("first");
        byte[] bytes = bytes(8 * MIB);
        Digest digest = cluster.registry.add(bytes);
        cluster.registry.closeGateAt(digest, 4 * MIB);
        CompletableFuture<byte[]> lost = cluster.pull(agent, digest);
        cluster.awaitMetric(agent, "darter_origin_received_bytes_total", 4 * MIB);
        agent.close(Duration.ZERO);
        assertThat(lost).failsWithin(Duration.ofSeconds(30));
        cluster.registry.open(digest);

        AgentProcess again = cluster.start("first");
        assertThat(cluster.pull(again, digest).get()).isEqualTo(bytes);
        assertThat(cluster.metric(again, "darter_origin_received_bytes_total")).isLessThanOrEqualTo(4 * MIB + 256 * 1024);
    }

    @Test
    void replacesWhatRottedOnTheDiskOfAnother() throws Exception {
        AgentProcess first = cluster.start("first");
        byte[] bytes = bytes(4 * MIB);
        Digest digest = cluster.registry.add(bytes);
        assertThat(cluster.pull(first, digest).get()).isEqualTo(bytes);
        cluster.awaitMetric(first, "darter_store_blobs", 1);
        cluster.damage("first", digest, 2 * MIB + 17);

        AgentProcess second = cluster.start("second");
        assertThat(cluster.pull(second, digest).get()).isEqualTo(bytes);
        assertThat(cluster.metric(second, "darter_chunks_rejected_total")).isGreaterThan(0);
        cluster.awaitMetric(first, "darter_store_blobs", 0);
    }

    /** A runtime that finds its copy damaged comes back for another. */
    @Test
    void replacesWhatRottedOnItsOwnDiskWhenARuntimeAsksAgain() throws Exception {
        AgentProcess agent = cluster.start("agent");
        byte[] bytes = bytes(4 * MIB);
        Digest digest = cluster.registry.add(bytes);
        assertThat(cluster.pull(agent, digest).get()).isEqualTo(bytes);
        cluster.awaitMetric(agent, "darter_store_blobs", 1);
        cluster.damage("agent", digest, 2 * MIB + 17);

        assertThat(cluster.pull(agent, digest).get()).isNotEqualTo(bytes);
        cluster.pull(agent, digest).get();
        cluster.awaitMetric(agent, "darter_store_blobs", 0);
        assertThat(cluster.pull(agent, digest).get()).isEqualTo(bytes);
    }

    @Test
    void passesThroughWhatItsQuotaCantHold() throws Exception {
        AgentProcess agent = cluster.start(cluster.options("small", "1MiB"));
        byte[] bytes = bytes(3 * MIB);
        Digest digest = cluster.registry.add(bytes);
        assertThat(cluster.pull(agent, digest).get()).isEqualTo(bytes);
        assertThat(cluster.metric(agent, "darter_store_bytes")).isZero();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
