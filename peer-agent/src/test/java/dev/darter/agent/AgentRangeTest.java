package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.Digest;
import dev.darter.registry.LazyMode;

/** Parts of blobs, read as by lazy formats while the rest can't come. */
@Timeout(120)
final class AgentRangeTest {

    private static final int MIB = 1 << 20;
    private static final int CHUNK = 256 << 10;
    private static final int LENGTH = 12 * MIB + 777;
    private static final int LAST_CHUNK = 48 * CHUNK;

    @TempDir
    Path folder;

    private final byte[] bytes = new byte[LENGTH];
    private TestCluster cluster;
    private Digest digest;

    @BeforeEach
    void start() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        cluster = new TestCluster(folder, seed);
        new Random(seed).nextBytes(bytes);
        digest = cluster.registry.add(bytes);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private byte[] part(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    @Test
    void getsTheEndOfABlobThatHasNotBeenReadAndSharesIt() throws Exception {
        AgentProcess first = cluster.start("first");
        AgentProcess second = cluster.start("second");
        cluster.registry.closeGateAt(digest, MIB);

        assertThat(cluster.pullRange(first, digest, "-100000").get()).isEqualTo(part(LENGTH - 100_000, LENGTH));
        assertThat(cluster.pullRange(second, digest, "-700").get()).isEqualTo(part(LENGTH - 700, LENGTH));
        assertThat(cluster.registry.ranges(digest)).filteredOn(range -> range.getLast() > 47 * CHUNK)
                .as("requests for the end")
                .containsExactly(List.of(47 * CHUNK, LENGTH));

        cluster.registry.open(digest);
        assertThat(cluster.pull(second, digest).get()).isEqualTo(bytes);
        assertThat(cluster.pull(first, digest).get()).isEqualTo(bytes);
        // What was under way to the first when it had no caller any more may have been read again for the second.
        assertThat(cluster.registry.sent(digest)).isLessThanOrEqualTo(LENGTH + MIB);
    }

    @Test
    void hasTheReaderOfTheOriginReadWhatAnotherHostWaitsFor() throws Exception {
        AgentProcess holder = cluster.start("holder");
        AgentProcess other = cluster.start("other");
        cluster.registry.closeGateAt(digest, MIB);
        CompletableFuture<byte[]> whole = cluster.pull(holder, digest);
        cluster.awaitSent(digest, MIB);

        int from = 5 * MIB + 99;
        assertThat(cluster.pullRange(other, digest, from + "-" + (from + 9)).get()).isEqualTo(part(from, from + 10));
        assertThat(cluster.metric(other, "darter_origin_received_bytes_total")).isZero();
        assertThat(cluster.registry.ranges(digest)).as("one chunk").containsExactly(List.of(20 * CHUNK, 21 * CHUNK));

        cluster.registry.open(digest);
        assertThat(whole.get()).isEqualTo(bytes);
    }

    @Test
    void readsItselfWhatItWaitsForWhenTheReaderOfTheOriginHasNoCallerAnyMore() throws Exception {
        AgentProcess first = cluster.start("first");
        AgentProcess second = cluster.start("second");
        cluster.registry.closeGateAt(digest, MIB);
        assertThat(cluster.pullRange(first, digest, "-700").get()).isEqualTo(part(LENGTH - 700, LENGTH));
        assertThat(cluster.pullRange(second, digest, "6000000-6000009").get()).isEqualTo(part(6_000_000, 6_000_010));
        cluster.registry.open(digest);
        assertThat(cluster.pull(second, digest).get()).isEqualTo(bytes);
    }

    @Test
    void readsNothingButPartsWhereItIsToldSoAndSharesThem() throws Exception {
        AgentProcess first = cluster.start(cluster.options("first", "4GiB", LazyMode.RANGES_ONLY));
        AgentProcess second = cluster.start(cluster.options("second", "4GiB", LazyMode.RANGES_ONLY));
        String middle = (20 * CHUNK + 7) + "-" + (20 * CHUNK + 99);
        assertThat(cluster.pullRange(first, digest, middle).get()).isEqualTo(part(20 * CHUNK + 7, 20 * CHUNK + 100));
        assertThat(cluster.pullRange(second, digest, middle).get()).isEqualTo(part(20 * CHUNK + 7, 20 * CHUNK + 100));
        assertThat(cluster.pullRange(second, digest, "-700").get()).isEqualTo(part(LENGTH - 700, LENGTH));
        assertThat(cluster.registry.sent(digest)).as("two chunks, once for both").isEqualTo(CHUNK + 777);

        // Whoever wants all of it gets it, also where others want parts only.
        assertThat(cluster.pull(first, digest).get()).isEqualTo(bytes);
        assertThat(cluster.pull(second, digest).get()).isEqualTo(bytes);
        assertThat(cluster.registry.sent(digest)).isLessThanOrEqualTo(LENGTH + MIB);
    }

    @Test
    void getsSeveralParts() throws Exception {
        AgentProcess agent = cluster.start("agent");
        cluster.registry.closeGateAt(digest, 0);
        byte[] answer = cluster.pullRange(agent, digest, "3000000-3000099, " + LAST_CHUNK + "-" + (LENGTH - 1)).get();
        String text = new String(answer, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).contains(new String(part(3_000_000, 3_000_100), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains(new String(part(LAST_CHUNK, LENGTH), java.nio.charset.StandardCharsets.ISO_8859_1));
        cluster.registry.open(digest);
    }

    @Test
    void keepsTheLastChunkBackFromWhoGoesOnWithAPull() throws Exception {
        AgentProcess agent = cluster.start("agent");
        cluster.registry.closeGateAt(digest, MIB);
        assertThat(cluster.pullRange(agent, digest, "-700").get()).isEqualTo(part(LENGTH - 700, LENGTH));
        CompletableFuture<byte[]> rest = cluster.pullRange(agent, digest, (LENGTH - 700) + "-");
        assertThat(cluster.pullRange(agent, digest, "-10").get()).isEqualTo(part(LENGTH - 10, LENGTH));
        assertThat(rest).as("the blob is not proven").isNotDone();
        cluster.registry.open(digest);
        assertThat(rest.get()).isEqualTo(part(LENGTH - 700, LENGTH));
    }
}
