package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {

    private static final String MISSING = "/v2/lib/app/manifests/none?ns=team.example";

    @TempDir
    private Path data;
    private FakeRegistry registry;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        proxy = new ProxyFixture(data, UnaryOperator.identity(), "team.example=" + registry.url());
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    @Test
    void countersAreThereBeforeTheFirstEvent() {
        assertThat(proxy.telemetry.scrape()).contains("darter_origin_errors_total{kind=\"throttled\"} 0.0",
                "darter_proxy_requests_total{code=\"5xx\",method=\"GET\"} 0.0", "darter_proxy_first_byte_seconds_count 0");
    }

    @Test
    void refusalsOfTheRegistryAreCountedByKind() throws Exception {
        assertThat(proxy.get(MISSING).statusCode()).isEqualTo(404);
        assertThat(value("darter_origin_errors_total{kind=\"not_found\"}")).isPositive();
        assertThat(value("darter_proxy_requests_total{code=\"4xx\",method=\"GET\"}")).isOne();

        registry.intercept(exchange -> {
            FakeRegistry.answer(exchange, 403, new DefaultHttpHeaders(), "{}");
            return true;
        });
        assertThat(proxy.get(MISSING).statusCode()).isEqualTo(403);
        assertThat(value("darter_origin_errors_total{kind=\"forbidden\"}")).isPositive();
    }

    @Test
    void failuresAreCounted() throws Exception {
        registry.close();
        assertThat(proxy.get(MISSING).statusCode()).isEqualTo(503);
        assertThat(value("darter_origin_errors_total{kind=\"unavailable\"}")).isPositive();
        assertThat(value("darter_proxy_requests_total{code=\"5xx\",method=\"GET\"}")).isOne();
    }

    private double value(String sample) {
        return proxy.telemetry.scrape()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
                .sum();
    }
}
