package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final Telemetry telemetry = Telemetry.create();
    private final Readiness readiness = new Readiness();
    private final AdminServer admin = start();

    @AfterEach
    void stop() {
        admin.close(Duration.ZERO);
    }

    @Test
    void isHealthyAlways() throws Exception {
        readiness.require("store", () -> Optional.of("opening"));

        assertThat(get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void isReadyWhenNothingIsMissing() throws Exception {
        AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.of("still opening"));
        readiness.require("store", problem::get);

        assertThat(get("/readyz").status()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("store: still opening\n");
        problem.set(Optional.empty());
        assertThat(get("/readyz").status()).isEqualTo(200);
    }

    @Test
    void showsMetricsUnderTheNamesThatOthersRelyOn() throws Exception {
        telemetry.storeBytes(7, Integer::doubleValue);
        telemetry.storeBlobs(8, Integer::doubleValue);
        telemetry.downloadsActive(9, Integer::doubleValue);
        telemetry.originReceivedBytes().increment(1000);
        telemetry.proxyRequest("GET", 206);
        telemetry.proxyRequest("BREW", 404);
        telemetry.proxyFirstByte(Duration.ofMillis(3));
        telemetry.originError("throttled");

        RawClient.Answer answer = get("/metrics");

        assertThat(answer.header("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(answer.body().lines()).contains("darter_origin_received_bytes_total 1000.0", "darter_peer_received_bytes_total 0.0",
                "darter_peer_sent_bytes_total 0.0",
                "darter_proxy_sent_bytes_total 0.0", "darter_store_bytes 7.0", "darter_store_blobs 8.0", "darter_chunks_rejected_total 0.0",
                "darter_downloads_active 9.0",
                "darter_proxy_requests_total{code=\"2xx\",method=\"GET\"} 1.0",
                "darter_proxy_requests_total{code=\"4xx\",method=\"other\"} 1.0",
                "darter_origin_errors_total{kind=\"throttled\"} 1.0", "darter_proxy_first_byte_seconds_bucket{le=\"0.005\"} 1",
                "darter_proxy_first_byte_seconds_count 1");
    }

    @Test
    void showsFurtherPages() throws Exception {
        assertThat(get("/status").body()).isEqualTo("status");
        assertThat(get("/below/x").body()).isEqualTo("/below/x");
        assertThat(get("/status/x").status()).isEqualTo(404);
    }

    private AdminServer start() {
        List<AdminServer.Route> routes = List.of(
                new AdminServer.Route("/status",
                        exchange -> exchange.respond(200, new DefaultHttpHeaders(),
                                "status".getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                new AdminServer.Route("/below/", exchange -> exchange.respond(200, new DefaultHttpHeaders(),
                        exchange.path().getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        try {
            return AdminServer.start(new HostPort("127.0.0.1", 0), telemetry, readiness, routes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private RawClient.Answer get(String path) throws IOException {
        try (RawClient client = new RawClient(admin.port())) {
            return client.send("GET " + path + " HTTP/1.1\r\n\r\n").read();
        }
    }
}
