package dev.darter.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.protocol.Digest;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;

/** A registry on a port of its own that keeps its content in memory, notes who asks what, and fails on demand. */
final class FakeRegistry implements AutoCloseable {

    /** One request as it came. */
    record Seen(String method, String target, List<String> authorization, List<String> accept) {

        @Override
        public String toString() {
            return method + " " + target;
        }
    }

    /** Answers in the registry's place; {@code false} leaves the request to the registry. */
    interface Interceptor {
        boolean answers(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** Content with its type. */
    record Content(Digest digest, String type, TestBytes bytes) {}

    private final HttpServer server;
    private final Map<Digest, Content> content = new ConcurrentHashMap<>();
    private final Map<String, Digest> tags = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Interceptor interceptor = _ -> false;
    private volatile Optional<String> wanted = Optional.empty();
    private volatile String challenge = "Basic realm=\"registry\"";

    FakeRegistry() throws IOException {
        this(0);
    }

    /** @param port 0 lets the system choose */
    FakeRegistry(int port) throws IOException {
        server = HttpServer.start("fake-registry", new HostPort("127.0.0.1", port), this::handle, HttpServerOptions.defaults());
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    String authority() {
        return "127.0.0.1:" + server.port();
    }

    Digest blob(byte[] bytes) {
        return put("application/octet-stream", bytes);
    }

    Digest manifest(String type, String json) {
        return put(type, json.getBytes(StandardCharsets.UTF_8));
    }

    private Digest put(String type, byte[] bytes) {
        Digest digest = TestBytes.sha256(bytes);
        content.put(digest, new Content(digest, type, new TestBytes(bytes)));
        return digest;
    }

    /** @param repositoryAndTag {@code lib/app:latest} */
    void tag(String repositoryAndTag, Digest digest) {
        tags.put(repositoryAndTag, digest);
    }

    /** From now on only requests with this {@code Authorization} are answered, others are challenged. */
    void wants(String authorization, String newChallenge) {
        wanted = Optional.of(authorization);
        challenge = newChallenge;
    }

    void intercept(Interceptor newInterceptor) {
        interceptor = newInterceptor;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Requests of this method, as {@code GET /v2/…}. */
    List<String> seen(String method) {
        return seen.stream().filter(one -> one.method().equals(method)).map(Seen::toString).toList();
    }

    void forget() {
        seen.clear();
    }

    private void handle(HttpExchange exchange) throws Exception {
        HttpHeaders request = exchange.headers();
        seen.add(new Seen(exchange.method(), exchange.target(), request.getAll("Authorization"), request.getAll("Accept")));
        if (interceptor.answers(exchange)) {
            return;
        }
        if (wanted.isPresent() && !wanted.get().equals(request.get("Authorization"))) {
            answer(exchange, 401, new DefaultHttpHeaders().set("WWW-Authenticate", challenge), "{}");
            return;
        }
        String path = exchange.path();
        String[] parts = path.split("/", -1);
        String last = parts[parts.length - 1];
        if (path.equals("/v2/")) {
            answer(exchange, 200, new DefaultHttpHeaders(), "{}");
        } else if (path.endsWith("/tags/list")) {
            answer(exchange, 200,
                    new DefaultHttpHeaders().set("Content-Type", "application/json")
                            .set("Link",
                                    "<" + path + "?n=1&last=a>; rel=\"next\""),
                    "{\"tags\":[\"a\"]}");
        } else {
            Digest digest = last.startsWith("sha256:") ? Digest.parse(last) : tags.get(path.substring(4).replace("/manifests/", ":"));
            serve(exchange, digest == null ? Optional.empty() : Optional.ofNullable(content.get(digest)));
        }
    }

    private static void serve(HttpExchange exchange, Optional<Content> found) throws IOException {
        if (found.isEmpty()) {
            answer(exchange, 404, new DefaultHttpHeaders(), "{\"errors\":[]}");
            return;
        }
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("Content-Type", found.get().type())
                .set("Docker-Content-Digest", found.get().digest().toString())
                .set("ETag", "\"upstream-tag\"");
        exchange.respond(200, headers, found.get().bytes().copy());
    }

    static void answer(HttpExchange exchange, int status, HttpHeaders headers, String body) throws IOException {
        exchange.respond(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
    }
}
