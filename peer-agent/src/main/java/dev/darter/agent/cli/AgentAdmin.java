package dev.darter.agent.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.AgentStatus;
import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.protocol.Digest;
import dev.darter.service.Failures;
import dev.darter.service.HostPort;

/** A running agent's admin listener, as other commands ask it. Thread-safe. */
public final class AgentAdmin implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HostPort address;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

    /** Asks nothing yet. */
    public AgentAdmin(HostPort address) {
        this.address = address;
    }

    /** What the agent is doing. */
    public AgentStatus status() throws IOException, InterruptedException {
        return get("/status", AgentStatus.class);
    }

    /** Where the bytes of a blob came from since the agent's start. */
    public TransferBytes transfers(Digest digest) throws IOException, InterruptedException {
        return get("/transfers/" + digest, TransferBytes.class);
    }

    private <T> T get(String path, Class<T> type) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = ask(path);
        if (response.statusCode() == 404 && ask("/healthz").statusCode() == 200) {
            throw new IOException("a scheduler, or something else with a /healthz but without " + path + ", listens there");
        }
        if (response.statusCode() != 200) {
            throw new IOException(address + path + " answers " + response.statusCode());
        }
        try {
            return JSON.readValue(response.body(), type);
        } catch (JacksonException e) {
            throw new IOException("what listens on " + address + " is not an agent of this version", e);
        }
    }

    private HttpResponse<byte[]> ask(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IOException(Failures.inWords(e), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
