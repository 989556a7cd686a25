package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus with its data in the test's scratch folder. */
final class Prometheus implements AutoCloseable {
    /** One line of a graph. */
    record Series(String labels, List<Double> values) {
        /** The values that are numbers; a quantile of nothing is none. */
        List<Double> numbers() {
            return values.stream().filter(value -> !value.isNaN()).toList();
        }
    }

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final Child process;

    private Prometheus(String url, Child process) {
        this.url = url;
        this.process = process;
    }

    static Prometheus start(Sandbox sandbox, Path config) {
        String address = "127.0.0.1:" + Ports.free();
        Child process = sandbox.command("prometheus", "prometheus", "--config.file", config.toString(), "--storage.tsdb.path",
                sandbox.scratch("prometheus").toString(), "--web.listen-address", address, "--log.level", "warn")
                .start();
        Prometheus prometheus = sandbox.closeLater(new Prometheus("http://" + address, process));
        Waiting.until("prometheus is ready", Duration.ofSeconds(30), prometheus::isReady);
        return prometheus;
    }

    /** The value of an expression that has one now, or NaN. */
    double now(String expression) {
        JsonNode result = ask("/api/v1/query?query=" + encoded(expression)).path("data").path("result");
        return result.isEmpty() ? Double.NaN : Double.parseDouble(result.path(0).path("value").path(1).asString());
    }

    /** The lines of a graph from then until now: its last step isn't earlier than now, so it shows what {@link #now} shows. The test fails if Prometheus does not understand the expression. */
    List<Series> graph(String expression, Instant from, Duration step) {
        JsonNode result = ask(
                "/api/v1/query_range?query=" + encoded(expression) + "&start=" + seconds(from) + "&end=" + seconds(Instant.now().plus(step))
                        + "&step=" + step.toMillis() / 1000.0)
                .path("data")
                .path("result");
        List<Series> lines = new ArrayList<>();
        for (JsonNode line : result) {
            List<Double> values = new ArrayList<>();
            line.path("values").forEach(sample -> values.add(Double.valueOf(sample.path(1).asString())));
            lines.add(new Series(line.path("metric").toString(), values));
        }
        return lines;
    }

    @Override
    public void close() {
        process.close();
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("prometheus ended: " + process.log());
        }
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private JsonNode ask(String path) {
        try {
            HttpResponse<String> answer = get(path);
            JsonNode document = JSON.readTree(answer.body());
            if (!document.path("status").asString().equals("success")) {
                throw new AssertionError(path + ": " + document.path("error").asString());
            }
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(10)).build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encoded(String expression) {
        return URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }
}
