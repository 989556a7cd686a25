package dev.darter.service;

import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The metrics of one process. Names are Prometheus names in base units; labels never hold digests, images, registries or peers, so that
 * the number of time series does not grow with use. Thread-safe.
 */
public final class Telemetry {
    private static final Duration[] LATENCIES = {Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMinutes(5)};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter originReceivedBytes = counter("darter.origin.received.bytes", "Bytes of content received from origin registries");
    private final Counter peerReceivedBytes = counter("darter.peer.received.bytes", "Bytes of content received from other agents");
    private final Counter peerSentBytes = counter("darter.peer.sent.bytes", "Bytes of content sent to other agents");
    private final Counter proxySentBytes = counter("darter.proxy.sent.bytes", "Bytes of content sent to container runtimes");
    private final Counter chunksRejected = counter("darter.chunks.rejected", "Chunks whose bytes or states were wrong");

    /** An empty set of metrics. */
    public static Telemetry create() {
        return new Telemetry();
    }

    /** Adds what is worth knowing about the Java process: memory, collector, processor, open files, uptime. */
    public Telemetry withProcessMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        // Its listeners stay for the life of the process.
        @SuppressWarnings("resource")
        JvmGcMetrics collector = new JvmGcMetrics();
        collector.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return this;
    }

    /** {@code darter_origin_received_bytes_total}. */
    public Counter originReceivedBytes() {
        return originReceivedBytes;
    }

    /** {@code darter_peer_received_bytes_total}. */
    public Counter peerReceivedBytes() {
        return peerReceivedBytes;
    }

    /** {@code darter_peer_sent_bytes_total}. */
    public Counter peerSentBytes() {
        return peerSentBytes;
    }

    /** {@code darter_proxy_sent_bytes_total}. */
    public Counter proxySentBytes() {
        return proxySentBytes;
    }

    /** {@code darter_chunks_rejected_total}. */
    public Counter chunksRejected() {
        return chunksRejected;
    }

    /** {@code darter_store_bytes}, read from its source at each scrape. */
    public <T> void storeBytes(T source, ToDoubleFunction<T> bytes) {
        gauge("darter.store.bytes", "Bytes of disk that the content store uses", source, bytes);
    }

    /** {@code darter_store_blobs}, read from its source at each scrape. */
    public <T> void storeBlobs(T source, ToDoubleFunction<T> blobs) {
        gauge("darter.store.blobs", "Complete blobs in the content store", source, blobs);
    }

    /** {@code darter_downloads_active}, read from its source at each scrape. */
    public <T> void downloadsActive(T source, ToDoubleFunction<T> downloads) {
        gauge("darter.downloads.active", "Blobs that are being downloaded", source, downloads);
    }

    /**
     * Shows what a proxy counts from the start, at zero: a counter that appears with its first event has no increase that a query could see.
     *
     * @param originErrorKinds all words that {@link #originError} will be told
     */
    public void expectProxy(List<String> originErrorKinds) {
        for (String method : List.of("GET", "HEAD")) {
            List.of("2xx", "3xx", "4xx", "5xx").forEach(code -> proxyRequests(method, code));
        }
        firstByte();
        originErrorKinds.forEach(this::originErrors);
    }

    /** Counts in {@code darter_proxy_requests_total} by method and class of status, {@code 2xx}. */
    public void proxyRequest(String method, int status) {
        String known = switch (method) {
            case "GET", "HEAD", "CONNECT" -> method;
            default -> "other";
        };
        proxyRequests(known, status / 100 + "xx").increment();
    }

    /** Observes in {@code darter_proxy_first_byte_seconds} how long a runtime waited for the first byte of a body. */
    public void proxyFirstByte(Duration waited) {
        firstByte().record(waited);
    }

    /** Counts in {@code darter_origin_errors_total} by kind, one of a small fixed set of words such as {@code throttled}. */
    public void originError(String kind) {
        originErrors(kind).increment();
    }

    private Counter proxyRequests(String method, String code) {
        return Counter.builder("darter.proxy.requests")
                .description("Requests of container runtimes")
                .tag("method", method)
                .tag("code", code)
                .register(registry);
    }

    private Timer firstByte() {
        return timer("darter.proxy.first.byte", "From a runtime's request to the first byte of its answer's body");
    }

    private Counter originErrors(String kind) {
        return Counter.builder("darter.origin.errors")
                .description("Refusals and failures of origin registries")
                .tag("kind", kind)
                .register(registry);
    }

    /** A counter of one's own; {@code darter.some.thing} becomes {@code darter_some_thing_total}. */
    public Counter counter(String name, String help) {
        return Counter.builder(name).description(help).register(registry);
    }

    /** A histogram of durations of one's own; {@code darter.some.thing} becomes {@code darter_some_thing_seconds}. */
    public Timer timer(String name, String help) {
        return Timer.builder(name).description(help).serviceLevelObjectives(LATENCIES).register(registry);
    }

    /** A histogram of sizes of one's own. */
    public DistributionSummary summary(String name, String help, double... buckets) {
        return DistributionSummary.builder(name).description(help).serviceLevelObjectives(buckets).register(registry);
    }

    /** A counter whose value is kept elsewhere and only grows; holds on to its source. */
    public <T> void counter(String name, String help, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(help).register(registry);
    }

    /** A gauge of one's own; holds on to its source. */
    public <T> void gauge(String name, String help, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(help).strongReference(true).register(registry);
    }

    /** The registry, for meters with labels. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All metrics in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }
}
