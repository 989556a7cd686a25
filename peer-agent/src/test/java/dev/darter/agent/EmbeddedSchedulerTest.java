package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.scheduler.SchedulerOptions;

@Timeout(60)
final class EmbeddedSchedulerTest {

    @Test
    void itsMetricsAreAmongThoseOfTheAgent(@TempDir Path folder) throws Exception {
        try (TestCluster cluster = new TestCluster(folder, 1)) {
            AgentOptions plain = cluster.options("up");
            AgentProcess agent = cluster.start(new AgentOptions(plain.data(), plain.proxy(), plain.peer(), plain.advertise(), plain.admin(),
                    List.of(), Optional.of(new SchedulerOptions(TestCluster.ANY_PORT, TestCluster.ANY_PORT, Duration.ZERO)),
                    plain.upstreams(),
                    plain.zone(), plain.quota(), plain.uploadRate(), plain.downloadRate(), plain.originConnections(), plain.tagTtl(),
                    plain.drain(), plain.onUpstreamOutage(), plain.lazy(), plain.containerd()));
            cluster.awaitMetric(agent, "darter_scheduler_agents", 1);
            assertThat(cluster.metric(agent, "darter_scheduler_shunned")).isZero();
            assertThat(cluster.metric(agent, "darter_scheduler_accusations_total")).isZero();
        }
    }
}
