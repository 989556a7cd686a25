package dev.darter.agent.cli.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.agent.AgentStatus;
import dev.darter.agent.StatusPage;
import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.agent.containerd.ContainerdState;
import dev.darter.protocol.Digest;
import dev.darter.registry.RegistryProxy;
import dev.darter.service.AdminServer;
import dev.darter.service.BodyWriter;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.Readiness;
import dev.darter.service.Telemetry;

/** An agent as {@code darter pull} sees it: a mirror of docker.io/library/app and, with the same content, internal/app; and an admin listener. */
final class FakeMirror implements AutoCloseable {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);
    private static final String USER = "Basic YWxpY2U6c2VjcmV0";

    final Map<String, byte[]> content = new ConcurrentHashMap<>();
    final Map<String, TransferBytes> transfers = new ConcurrentHashMap<>();
    /** Digests whose first answer breaks off half-way. */
    final Set<String> fragile = ConcurrentHashMap.newKeySet();
    volatile boolean wantsAccount;
    /** Whether docker.io is not on the agent's list. */
    volatile boolean refuses;
    private final HttpServer proxy;
    private final AdminServer admin;

    FakeMirror() throws IOException {
        proxy = HttpServer.start("mirror", ANY, this::handle, HttpServerOptions.defaults());
        AgentStatus status = new AgentStatus("1.2.3", "127.0.0.1:1", "127.0.0.1:2", true,
                List.of(new AgentStatus.SchedulerLink("http://127.0.0.1:3", false)),
                List.of("docker.io=https://registry-1.docker.io", "internal=https://registry.test:5000"), 7,
                new AgentStatus.StoreState(1024, 1 << 20, 3),
                List.of(new AgentStatus.Download("sha256:00", 512, 1024)),
                Optional.of(new ContainerdState("/run/containerd/containerd.sock", false, 5, 2, List.of("it does not answer"))));
        admin = AdminServer.start(ANY, Telemetry.create(), new Readiness(),
                StatusPage.routes(() -> status, digest -> transfers.getOrDefault(digest.toString(), TransferBytes.NONE)));
    }

    String proxyAddress() {
        return "127.0.0.1:" + proxy.port();
    }

    String adminAddress() {
        return "127.0.0.1:" + admin.port();
    }

    /** Adds content under its digest and gives a descriptor of it. */
    String add(String mediaType, byte[] bytes) {
        Digest digest = digest(bytes);
        content.put(digest.toString(), bytes);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + bytes.length + "}";
    }

    void tag(String tag, byte[] manifest) {
        content.put(digest(manifest).toString(), manifest);
        content.put(tag, manifest);
    }

    static Digest digest(byte[] bytes) {
        try {
            return Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.path();
        String name = path.substring(path.lastIndexOf('/') + 1);
        byte[] bytes = content.get(name);
        if (refuses) {
            error(exchange, 404, "NAME_UNKNOWN", "the registry docker.io " + RegistryProxy.NOT_ALLOWED);
        } else if (wantsAccount && !USER.equals(exchange.headers().get("Authorization"))) {
            error(exchange, 401, "UNAUTHORIZED", "log in first");
        } else if (bytes == null || !isApp(path, exchange.query("ns").orElse(""))) {
            error(exchange, 404, "MANIFEST_UNKNOWN", "no such thing");
        } else {
            send(exchange, name, bytes);
        }
    }

    private static boolean isApp(String path, String registry) {
        return switch (registry) {
            case "docker.io" -> path.startsWith("/v2/library/app/");
            case "internal" -> path.startsWith("/v2/app/");
            default -> false;
        };
    }

    private void send(HttpExchange exchange, String name, byte[] bytes) throws IOException {
        HttpHeaders headers = new DefaultHttpHeaders().set("Docker-Content-Digest", digest(bytes).toString());
        if (exchange.path().contains("/manifests/")) {
            headers.set("Content-Type", "application/vnd.oci.image.manifest.v1+json; charset=utf-8");
        }
        String range = exchange.headers().get("Range", "bytes=0-");
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        boolean breaks = exchange.method().equals("GET") && fragile.remove(name);
        try (BodyWriter body = exchange.start(from > 0 ? 206 : 200, headers, bytes.length - from)) {
            body.write(ByteBuffer.wrap(bytes, from, breaks ? bytes.length / 2 : bytes.length - from));
        }
    }

    private static void error(HttpExchange exchange, int status, String code, String message) throws IOException {
        HttpHeaders headers = new DefaultHttpHeaders();
        if (status == 401) {
            headers.set("WWW-Authenticate", "Basic realm=\"test\"");
        }
        String body = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}";
        exchange.respond(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        proxy.close(Duration.ZERO);
        admin.close(Duration.ZERO);
    }
}
