package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files for Prometheus and Grafana, with a real Prometheus that scrapes real agents while they pull. */
final class DashboardIT {
    /** Errors that do not happen in this test; their graphs are there all the same, at zero. */
    private static final List<String> QUIET = List.of("darter_chunks_rejected_total", "code=\"5xx\"");

    private static final Duration STEP = Duration.ofMillis(250);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void prometheusAcceptsTheScrapeConfiguration() {
        sandbox.run(sandbox.command("promtool", "promtool", "check", "config", scrapeConfiguration().toString())).orFail("promtool");
    }

    @Test
    void everyExpressionShowsAgentsThatPull() throws IOException {
        TestImage image = sandbox.registry().push(TestImages.single());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(400)));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        Prometheus prometheus = Prometheus.start(sandbox, scrapeConfigurationFor(cluster));
        Waiting.until("all are scraped", Duration.ofSeconds(20), () -> prometheus.now("sum(up)") == 3);
        Instant begin = Instant.now();

        pullOnBoth(cluster, image);
        new MirrorClient(cluster.agent(1).url()).get("/v2/e2e/no-such-image/manifests/latest?ns=" + DarterCluster.REGISTRY);
        Waiting.until("the end of the pulls is scraped", Duration.ofSeconds(20), () -> prometheus.now("sum(darter_downloads_active)") == 0
                && prometheus.now("sum(darter_store_bytes)") >= 2 * image.size()
                && prometheus.now("sum(rate(darter_proxy_requests_total{code=\"4xx\"}[3s]))") > 0);

        for (Dashboard.Panel panel : Dashboard.read().panels()) {
            for (String expression : panel.expressions()) {
                assertShows(panel, expression, prometheus.graph(Dashboard.filledIn(expression, "3s", "30s"), begin, STEP));
            }
        }
    }

    private static void pullOnBoth(DarterCluster cluster, TestImage image) {
        Together.run(cluster.agents().stream().<Callable<Boolean>>map(agent -> () -> {
            MirrorClient client = new MirrorClient(agent.url());
            assertThat(client.manifest(image).isComplete()).isTrue();
            image.contents().forEach(blob -> assertThat(client.blob(image, blob).digest()).isEqualTo(blob.digest()));
            return true;
        }).toList());
    }

    private static void assertShows(Dashboard.Panel panel, String expression, List<Prometheus.Series> graph) {
        List<Double> numbers = graph.stream().flatMap(line -> line.numbers().stream()).toList();
        assertThat(numbers).as("values of %s: %s", panel.title(), expression)
                .isNotEmpty()
                .allSatisfy(value -> assertThat(value).isFinite());
        double highest = numbers.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        if (QUIET.stream().anyMatch(expression::contains)) {
            assertThat(highest).as("highest of %s: %s", panel.title(), expression).isZero();
        } else {
            assertThat(highest).as("highest of %s: %s", panel.title(), expression).isPositive();
        }
    }

    /** The file that users copy, with the ports of this test and a scrape often enough for a pull of seconds. */
    private Path scrapeConfigurationFor(DarterCluster cluster) throws IOException {
        String agents = cluster.agents()
                .stream()
                .map(agent -> "'" + agent.process().adminAddress() + "'")
                .collect(Collectors.joining(", "));
        String text = Files.readString(scrapeConfiguration());
        text = replaced(text, "'127.0.0.1:65004'", agents);
        text = replaced(text, "'127.0.0.1:65005'", "'" + cluster.scheduler().adminAddress() + "'");
        text = replaced(text, "scrape_interval: 15s", "scrape_interval: 250ms");
        return Files.writeString(sandbox.scratch().resolve("prometheus.yml"), text);
    }

    private static String replaced(String text, String what, String by) {
        assertThat(text).contains(what);
        return text.replace(what, by);
    }

    private static Path scrapeConfiguration() {
        return Checkout.root().resolve("deploy/prometheus/darter.yaml");
    }
}
