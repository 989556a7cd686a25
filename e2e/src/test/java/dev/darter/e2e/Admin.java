package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The admin listener of a running {@code darter}, on 127.0.0.1. */
final class Admin {
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final int port;

    Admin(int port) {
        this.port = port;
    }

    /** {@code 127.0.0.1:<port>}. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** Whether {@code /readyz} answers 200: from then on the process accepts work. */
    boolean isReady() {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    Metrics metrics() {
        try {
            return Metrics.parse(get("/metrics").body());
        } catch (IOException e) {
            throw new UncheckedIOException(address() + " does not tell its metrics", e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        URI url = URI.create("http://" + address() + path);
        try {
            return client.send(HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(5)).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
