package dev.darter.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;

/** What operators ask a process: {@code /healthz}, {@code /readyz}, {@code /metrics}, and what the process adds. */
public final class AdminServer {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Telemetry telemetry;
    private final Readiness readiness;
    private final List<Route> routes;
    private final HttpServer server;

    private AdminServer(HostPort bind, Telemetry telemetry, Readiness readiness, List<Route> routes) throws IOException {
        this.telemetry = telemetry;
        this.readiness = readiness;
        this.routes = List.copyOf(routes);
        this.server = HttpServer.start("admin", bind, this::handle, HttpServerOptions.defaults());
    }

    /** One more page; a path that ends in {@code /} stands for all below it. */
    public record Route(String path, HttpHandler handler) {
        boolean matches(String requested) {
            return path.endsWith("/") ? requested.startsWith(path) : requested.equals(path);
        }
    }

    /** Binds and serves. */
    public static AdminServer start(HostPort bind, Telemetry telemetry, Readiness readiness, List<Route> routes) throws IOException {
        return new AdminServer(bind, telemetry, readiness, routes);
    }

    /** The port that it is bound to. */
    public int port() {
        return server.port();
    }

    /** Stops serving; pages under way get the given time. */
    public void close(Duration drain) {
        server.close(drain);
    }

    private void handle(HttpExchange exchange) throws Exception {
        String path = exchange.path();
        switch (path) {
            case "/healthz" -> answer(exchange, 200, TEXT, "ok\n");
            case "/readyz" -> ready(exchange);
            case "/metrics" -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", telemetry.scrape());
            default -> {
                for (Route route : routes) {
                    if (route.matches(path)) {
                        route.handler().handle(exchange);
                        return;
                    }
                }
                String more = routes.stream().map(route -> ", " + route.path()).collect(Collectors.joining());
                answer(exchange, 404, TEXT, "nothing here; try /healthz, /readyz, /metrics" + more + "\n");
            }
        }
    }

    private void ready(HttpExchange exchange) throws IOException {
        Map<String, String> problems = readiness.problems();
        if (problems.isEmpty()) {
            answer(exchange, 200, TEXT, "ready\n");
        } else {
            String lines = problems.entrySet()
                    .stream()
                    .map(problem -> problem.getKey() + ": " + problem.getValue() + "\n")
                    .collect(Collectors.joining());
            answer(exchange, 503, TEXT, lines);
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        exchange.respond(status, new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, type), text.getBytes(StandardCharsets.UTF_8));
    }
}
