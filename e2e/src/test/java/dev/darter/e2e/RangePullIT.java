package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.darter.e2e.MirrorClient.Answer;

/** Parts of a large layer, as lazy image formats read them: they don't wait for the rest, and cost the registry no more than their chunks. */
final class RangePullIT {
    private static final int KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long MEGABITS = 100;
    /** All of the layer would take 17 seconds. */
    private static final Duration SOON = Duration.ofMillis(1500);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.large();
    private final Blob layer = image.largest();

    @Test
    void partsComeBeforeTheRestAndFromTheOtherAgent() throws Exception {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(MEGABITS)));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        MirrorClient first = new MirrorClient(cluster.agent(1).url());
        MirrorClient second = new MirrorClient(cluster.agent(2).url());
        assertThat(first.manifest(image).status()).isEqualTo(200);
        assertThat(second.manifest(image).status()).isEqualTo(200);

        long tail = layer.size() - 100 * KIB;
        expect(first.part(image, layer, "-" + 100 * KIB), tail, layer.size());
        long sent = origin.bytesSent(layer.digest());
        List<Transfer> parts = partsFrom(origin, tail / MIB * MIB);
        System.out.printf("%d KiB of the part and %d MiB of the rest have left the registry%n", bytes(parts) / KIB,
                (sent - bytes(parts)) / MIB);
        assertThat(parts).as("requests for the end").hasSize(1);
        assertThat(bytes(parts)).isEqualTo(layer.size() - tail / MIB * MIB);
        assertThat(sent).as("the rest has not been read").isLessThan(layer.size() / 5);

        long ofSecond = cluster.agent(2).originBytes();
        expect(second.part(image, layer, tail + "-" + (layer.size() - 1)), tail, layer.size());
        assertThat(partsFrom(origin, tail / MIB * MIB)).as("requests for the end").hasSize(1);

        // Somebody with credentials has to be there for whom the first agent reads.
        Future<Answer> whole = Together.begin(() -> first.blob(image, layer));
        await().until(() -> cluster.agent(1).process().metric("darter_proxy_sent_bytes_total") > 200 * KIB);
        long middle = 150 * MIB + 17;
        expect(second.part(image, layer, middle + "-" + (middle + 9_999)), middle, middle + 10_000);
        assertThat(partsFrom(origin, 150 * MIB)).as("requests for the middle, which the first agent reads for the second").hasSize(1);
        assertThat(bytes(partsFrom(origin, 150 * MIB))).isEqualTo(MIB);
        assertThat(cluster.agent(2).originBytes()).isEqualTo(ofSecond);

        assertThat(whole.get(90, TimeUnit.SECONDS).digest()).isEqualTo(layer.digest());
        Answer all = second.blob(image, layer);
        assertThat(all.digest()).isEqualTo(layer.digest());
        // What was read alone, the middle and the last two chunks, may have been under way in order as well, in part or, as it comes at 100 Mbit/s, in full.
        assertThat(origin.bytesSent(layer.digest())).as("what was under way in order comes again")
                .isLessThanOrEqualTo(layer.size() + 2 * MIB + layer.size() % MIB);
    }

    @Test
    void nothingButPartsIsReadWhereItIsToldSo() throws Exception {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin, "--lazy", "ranges-only");
        String path = "/v2/" + image.repository() + "/blobs/" + layer.digest();
        String[] headers = {"X-Dragonfly-Registry", "https://" + DarterCluster.REGISTRY, "X-Dragonfly-Priority", "6", "Range",
                "bytes=" + 50 * MIB + "-" + (50 * MIB + 99) + "," + 150 * MIB + "-" + (150 * MIB + 9)};
        for (DarterAgent agent : cluster.agents()) {
            Answer parts = new MirrorClient(agent.url()).get(path, headers);
            assertThat(parts.status()).as("%s", parts).isEqualTo(206);
            assertThat(parts.header("Content-Type")).startsWith("multipart/byteranges");
        }
        assertThat(origin.bytesSent(layer.digest())).as("two chunks, once for both").isEqualTo(2 * MIB);

        Answer unknown = new MirrorClient(cluster.agent(1).url()).get(path, "X-Dragonfly-Registry", "https://elsewhere.test");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.header("X-Dragonfly-Error-Type")).isEqualTo("proxy");
        assertThat(new MirrorClient(cluster.agent(2).url()).blob(image, layer).digest()).isEqualTo(layer.digest());
    }

    private void expect(Answer answer, long from, long to) throws IOException {
        System.out.println("bytes " + from + " to " + to + ": " + answer);
        assertThat(answer.status()).as("%s", answer).isEqualTo(206);
        assertThat(answer.digest()).isEqualTo(digest(from, to));
        assertThat(answer.elapsed()).isLessThan(SOON);
    }

    private List<Transfer> partsFrom(CountingProxy origin, long offset) {
        return origin.gets(layer.digest())
                .stream()
                .filter(transfer -> transfer.request()
                        .header("range")
                        .filter(range -> range.startsWith("bytes=" + offset + "-"))
                        .isPresent())
                .toList();
    }

    private static long bytes(List<Transfer> transfers) {
        return transfers.stream().mapToLong(Transfer::bodyBytes).sum();
    }

    private String digest(long from, long to) throws IOException {
        byte[] bytes = new byte[(int) (to - from)];
        try (RandomAccessFile file = new RandomAccessFile(layer.file().toFile(), "r")) {
            file.seek(from);
            file.readFully(bytes);
        }
        MessageDigest sha256 = Digests.sha256();
        sha256.update(bytes);
        return Digests.name(sha256);
    }
}
