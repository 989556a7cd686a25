package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import dev.darter.protocol.Digest;
import dev.darter.registry.LazyMode;
import dev.darter.registry.OutagePolicy;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.scheduler.SchedulerServer;
import dev.darter.service.ByteCount;
import dev.darter.service.HostPort;

/** A registry, a scheduler and agents in this process, all on loopback with real sockets, stores and decisions. */
final class TestCluster implements AutoCloseable {

    static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    final FakeRegistry registry = new FakeRegistry();
    final SchedulerServer scheduler;
    private final Path folder;
    private final List<AgentProcess> agents = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(virtualThreads()).build();

    TestCluster(Path folder, long seed) throws IOException {
        this.folder = folder;
        this.scheduler = SchedulerServer.start(ANY_PORT, new Random(seed));
    }

    private static Executor virtualThreads() {
        return task -> Thread.ofVirtual().start(task);
    }

    /** Starts an agent, or starts it again with the data that it had. */
    AgentProcess start(String name) throws IOException {
        return start(options(name));
    }

    AgentProcess start(AgentOptions options) throws IOException {
        AgentProcess agent = AgentProcess.start(options, Map.of());
        agents.add(agent);
        return agent;
    }

    AgentOptions options(String name) {
        return options(name, "4GiB");
    }

    AgentOptions options(String name, String quota) {
        return options(name, quota, LazyMode.FILL_IN_BACKGROUND);
    }

    AgentOptions options(String name, String quota, LazyMode lazy) {
        UpstreamConfig upstream = new UpstreamConfig(List.of("registry"), URI.create(registry.url()), Optional.empty());
        return new AgentOptions(folder.resolve(name), ANY_PORT, ANY_PORT, Optional.empty(), ANY_PORT,
                List.of(URI.create("http://" + scheduler.listen())),
                Optional.empty(), List.of(upstream), "zone", ByteCount.parse(quota), Optional.empty(), Optional.empty(), 1,
                Duration.ofSeconds(30),
                Duration.ZERO, OutagePolicy.SERVE_PROVEN, lazy, Optional.empty());
    }

    /** Pulls a blob through an agent's mirror as a runtime does, to its end or to an exception. */
    CompletableFuture<byte[]> pull(AgentProcess agent, Digest digest) {
        return send(HttpRequest.newBuilder(uri(agent, digest)).timeout(DEADLINE).build(), 200);
    }

    /** Pulls a part of a blob, as readers of lazy formats do. */
    CompletableFuture<byte[]> pullRange(AgentProcess agent, Digest digest, String range) {
        return send(HttpRequest.newBuilder(uri(agent, digest)).header("Range", "bytes=" + range).timeout(DEADLINE).build(), 206);
    }

    private static URI uri(AgentProcess agent, Digest digest) {
        return URI.create("http://" + agent.proxy() + "/v2/library/app/blobs/" + digest + "?ns=registry");
    }

    private CompletableFuture<byte[]> send(HttpRequest request, int expected) {
        return client.sendAsync(request, BodyHandlers.ofByteArray())
                .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                .thenApply(answer -> body(answer, expected));
    }

    private static byte[] body(HttpResponse<byte[]> answer, int expected) {
        if (answer.statusCode() != expected) {
            throw new IllegalStateException("Status " + answer.statusCode());
        }
        return answer.body();
    }

    /** What an agent counted: the value of a metric without labels. */
    double metric(AgentProcess agent, String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + agent.admin() + "/metrics")).build();
        String text = client.send(request, BodyHandlers.ofString()).body();
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No metric " + name + " in\n" + text));
    }

    /** Waits until an agent has counted so much. */
    void awaitMetric(AgentProcess agent, String name, double value) {
        Awaitility.await().atMost(DEADLINE).until(() -> value == 0 ? metric(agent, name) == 0 : metric(agent, name) >= value);
    }

    /** Waits until the registry has handed so much of a blob to sockets. */
    void awaitSent(Digest digest, long bytes) {
        Awaitility.await().atMost(DEADLINE).until(() -> registry.sent(digest) >= bytes);
    }

    /** Turns one bit of a complete blob on an agent's disk. */
    void damage(String name, Digest digest, long offset) throws IOException {
        Path file;
        try (Stream<Path> files = Files.walk(folder.resolve(name).resolve("blobs"))) {
            file = files.filter(path -> path.getFileName().toString().equals(digest.hex())).findFirst().orElseThrow();
        }
        assertThat(file.toFile().setWritable(true)).isTrue();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(ByteBuffer.wrap(new byte[]{(byte) (one.get(0) ^ 1)}), offset);
        }
    }

    @Override
    public void close() {
        agents.forEach(agent -> agent.close(Duration.ZERO));
        scheduler.close(Duration.ZERO);
        registry.close();
        client.close();
    }
}
