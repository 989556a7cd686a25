package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM: what is under way ends or is cut in time, and nothing in the store is lost. */
final class OrderlyStopIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.single();
    private final Blob layer = image.largest();

    @Test
    void transferUnderWayEndsAndWhatIsStoredIsServedAfterwards() {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(300)));
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin, "--drain", "30s").agent(1);
        MirrorClient client = new MirrorClient(agent.url());

        Future<MirrorClient.Answer> transfer = Together.begin(() -> client.blob(image, layer));
        Waiting.until("it has begun", Duration.ofSeconds(20), () -> origin.bytesSent(layer.digest()) > layer.size() / 4);
        agent.process().stop();

        assertThat(Together.result(transfer).digest()).isEqualTo(layer.digest());
        agent.process().restart();
        agent.assertStoreIsTrue();
        assertThat(client.blob(image, layer).digest()).isEqualTo(layer.digest());
        assertThat(origin.bytesSent(layer.digest())).isEqualTo(layer.size());
    }

    @Test
    void transferThatTakesTooLongIsCut() {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(100)));
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin, "--drain", "1s").agent(1);
        MirrorClient client = new MirrorClient(agent.url());

        Future<MirrorClient.Answer> transfer = Together.begin(() -> client.blob(image, layer));
        Waiting.until("it has begun", Duration.ofSeconds(20), () -> origin.bytesSent(layer.digest()) > layer.size() / 4);
        long asked = System.nanoTime();
        agent.process().stop();

        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
        assertThat(Together.result(transfer).isComplete()).isFalse();
        agent.process().restart();
        assertThat(client.blob(image, layer).digest()).isEqualTo(layer.digest());
        assertThat(origin.bytesSent(layer.digest())).as("what had come is used").isLessThan(layer.size() + (16 << 20));
    }
}
