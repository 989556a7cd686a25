package dev.darter.registry;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.netty.handler.codec.http.HttpHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.service.BodyWriter;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;
import dev.darter.service.Telemetry;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

/** Counts answers by their status, and how long runtimes waited for their beginning. */
final class MeteredExchange implements HttpExchange {

    private static final Logger LOG = LoggerFactory.getLogger(MeteredExchange.class);

    private final HttpExchange exchange;
    private final Telemetry telemetry;
    private final long began = System.nanoTime();

    MeteredExchange(HttpExchange exchange, Telemetry telemetry) {
        this.exchange = exchange;
        this.telemetry = telemetry;
    }

    @Override
    public BodyWriter start(int status, HttpHeaders headers, long contentLength) throws IOException {
        telemetry.proxyRequest(method(), status);
        LOG.debug("{} {} from {}: {}, {} bytes", method(), target(), remote(), status, contentLength);
        if (method().equals("GET") && status < 300) {
            telemetry.proxyFirstByte(Duration.ofNanos(System.nanoTime() - began));
        }
        return exchange.start(status, headers, contentLength);
    }

    @Override
    public void tunnelTo(HostPort target) throws IOException {
        exchange.tunnelTo(target);
        telemetry.proxyRequest(method(), 200);
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String target() {
        return exchange.target();
    }

    @Override
    public String path() {
        return exchange.path();
    }

    @Override
    public Optional<String> query(String name) {
        return exchange.query(name);
    }

    @Override
    public List<String> queryAll(String name) {
        return exchange.queryAll(name);
    }

    @Override
    public HttpHeaders headers() {
        return exchange.headers();
    }

    @Override
    public SocketAddress remote() {
        return exchange.remote();
    }

    @Override
    public byte[] body(int maxBytes) throws IOException {
        return exchange.body(maxBytes);
    }

    @Override
    public boolean isAnswered() {
        return exchange.isAnswered();
    }

    @Override
    public boolean isOpen() {
        return exchange.isOpen();
    }

    @Override
    public void onClose(Runnable action) {
        exchange.onClose(action);
    }

    @Override
    public WebSocketLink upgradeToWebSocket(WebSocketListener listener) throws IOException {
        return exchange.upgradeToWebSocket(listener);
    }
}
