package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.darter.e2e.MirrorClient.Answer;

/** A registry that gives each connection a small rate: several connections are faster, if the operator wants them, and cost no byte more. */
final class SlowConnectionsIT {
    /** Of one connection; {@code -Ddarter.test.connection.megabits} for other figures. */
    private static final long MEGABITS = Long.getLong("darter.test.connection.megabits", 100);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.large();
    private final Blob layer = image.largest();

    private CountingProxy registry() {
        sandbox.registry().push(image);
        return sandbox.closeLater(
                new CountingProxy(sandbox.registry().url(), () -> RateLimit.megabitsPerSecond(MEGABITS)));
    }

    private Answer pull(CountingProxy origin, int connections) {
        DarterCluster cluster = DarterCluster.start(sandbox.nested(connections + "-connections"), 1, origin, "--origin-connections",
                Integer.toString(connections));
        MirrorClient client = new MirrorClient(cluster.agent(1).url());
        assertThat(client.manifest(image).status()).isEqualTo(200);
        Answer answer = client.blob(image, layer);
        assertThat(answer.digest()).as("%s", answer).isEqualTo(layer.digest());
        cluster.agent(1).assertStoreIsTrue();
        return answer;
    }

    @Test
    void severalConnectionsAreFasterAndEachByteLeavesTheRegistryOnce() {
        CountingProxy origin = registry();
        List<Duration> took = new ArrayList<>();
        for (int connections : List.of(1, 2, 4)) {
            origin.reset();
            took.add(pull(origin, connections).elapsed());
            System.out.printf("%d connections of %d Mbit/s: %d ms, %d requests, %d bytes of %d%n", connections, MEGABITS,
                    took.getLast().toMillis(), origin.gets(layer.digest()).size(), origin.bytesSent(layer.digest()), layer.size());
            assertThat(origin.bytesSent(layer.digest())).isEqualTo(layer.size());
            if (connections == 1) {
                assertThat(origin.gets(layer.digest())).hasSize(1);
            }
        }
        assertThat(took.get(2)).isLessThan(took.get(1));
        assertThat(took.get(2)).isLessThan(took.get(0).dividedBy(2));
    }

    @Test
    void aRegistryThatMindsIsReadOverOneConnection() {
        CountingProxy origin = registry();
        AtomicInteger refused = new AtomicInteger();
        origin.guard((request, reply) -> {
            boolean isAhead = request.header("range").filter(range -> !range.startsWith("bytes=0-")).isPresent();
            if (!isAhead || refused.getAndIncrement() >= 2) {
                return true;
            }
            reply.send(429, Map.of("Retry-After", "1"), RegistryErrors.body("TOOMANYREQUESTS"));
            return false;
        });
        Answer answer = pull(origin, 4);
        System.out.printf("%s; %d requests, %d bytes of %d%n", answer, origin.gets(layer.digest()).size(),
                origin.bytesSent(layer.digest()), layer.size());
        assertThat(refused.get()).isPositive();
        assertThat(origin.bytesSent(layer.digest())).isEqualTo(layer.size());
    }
}
