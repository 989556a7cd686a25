package dev.darter.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.darter.registry.upstream.EnvironmentProxies;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.registry.upstream.UpstreamTimeouts;
import dev.darter.registry.upstream.Upstreams;
import dev.darter.service.HostPort;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.Telemetry;

/** A proxy on a real socket before fake registries, and a client to ask it. */
final class ProxyFixture implements AutoCloseable {

    final MemoryBlobSource source = new MemoryBlobSource();
    final FakeTagMemory clusterTags = new FakeTagMemory();
    final MovableClock clock = new MovableClock();
    final Telemetry telemetry = Telemetry.create();
    private final Upstreams upstreams;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    /** @param upstreamNames as on the command line, {@code NAME=URL} */
    ProxyFixture(Path data, UnaryOperator<RegistryProxyConfig> settings, String... upstreamNames) throws IOException {
        upstreams = Upstreams.open(List.of(upstreamNames).stream().map(UpstreamConfig::parse).toList(),
                new UpstreamTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(10)),
                EnvironmentProxies.none(), clock);
        RegistryProxy proxy = new RegistryProxy(settings.apply(RegistryProxyConfig.defaults(data)), upstreams, source, clusterTags,
                AgentCredentials.NONE, telemetry, clock);
        server = HttpServer.start("proxy", new HostPort("127.0.0.1", 0), proxy,
                HttpServerOptions.defaults().withErrors(RegistryProxy.errors()));
    }

    int port() {
        return server.port();
    }

    String authority() {
        return "127.0.0.1:" + port();
    }

    HttpResponse<byte[]> get(String target, String... headers) throws IOException, InterruptedException {
        return send("GET", target, headers);
    }

    HttpResponse<byte[]> head(String target, String... headers) throws IOException, InterruptedException {
        return send("HEAD", target, headers);
    }

    HttpResponse<byte[]> send(String method, String target, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + authority() + target))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    static String header(HttpResponse<?> response, String name) {
        return String.join("|", response.headers().allValues(name));
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
        upstreams.close();
        client.close();
    }
}
