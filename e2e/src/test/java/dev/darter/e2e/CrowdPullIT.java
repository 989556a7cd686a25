package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hosts that pull the same image at the same moment. */
final class CrowdPullIT {
    private static final int CHUNK = 1 << 20;

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void imageLeavesTheRegistryOnceWhenAllPullAtTheSameMoment() {
        TestImage image = sandbox.registry().push(TestImages.bulk());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        List<Host> hosts = Host.of(sandbox, DarterCluster.start(sandbox, 3, origin));

        Host.fetch(hosts, image);

        Host.assertLeftOnce(origin, image, hosts.size());
        assertThat(hosts.stream().mapToLong(host -> host.agent().originBytes()).sum()).isEqualTo(image.size());
    }

    @Test
    void secondHostHasTheFirstChunkBeforeTheRegistryHasSentTheLast() {
        TestImage image = sandbox.registry().push(TestImages.single());
        Blob layer = image.largest();
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(100)));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        MirrorClient first = new MirrorClient(cluster.agent(1).url());
        MirrorClient second = new MirrorClient(cluster.agent(2).url());

        Future<MirrorClient.Answer> whole = Together.begin(() -> first.blob(image, layer));
        Waiting.until("the registry has begun to send", Duration.ofSeconds(10), () -> origin.bytesSent(layer.digest()) > CHUNK);
        MirrorClient.Answer joined = second.blob(image, layer);

        Waiting.until("the registry has sent the last", Duration.ofSeconds(10),
                () -> origin.gets(layer.digest()).stream().allMatch(transfer -> transfer.ended().isPresent()));
        long lastSent = origin.gets(layer.digest()).stream().mapToLong(transfer -> transfer.ended().orElseThrow()).max().orElseThrow();
        assertThat(Together.result(whole).reachedAt(CHUNK)).as("first chunk at the first runtime").isLessThan(lastSent);
        assertThat(joined.reachedAt(CHUNK)).as("first chunk at the second runtime").isLessThan(lastSent);
        assertThat(Duration.ofNanos(lastSent - joined.reachedAt(CHUNK))).as("and long before").isGreaterThan(Duration.ofSeconds(4));
        assertThat(joined.digest()).isEqualTo(layer.digest());
        assertThat(origin.bytesSent(layer.digest())).isEqualTo(layer.size());
    }
}
