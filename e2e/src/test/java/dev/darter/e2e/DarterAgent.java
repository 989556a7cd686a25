package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An agent, where it listens, and what it has on disk. */
record DarterAgent(DarterProcess process, int proxyPort, Path data) {

    /**
     * Starts an agent and waits until it is ready.
     *
     * @param scheduler its URL
     * @param upstream URL of the registry that clients call {@link DarterCluster#REGISTRY}
     * @param more further options
     */
    static DarterAgent start(Sandbox sandbox, String name, String scheduler, String upstream, String... more) {
        DarterAgent agent = launch(sandbox, name, scheduler, upstream, more);
        agent.process().awaitReady();
        return agent;
    }

    /** The same without waiting, so that several can start at once. */
    static DarterAgent launch(Sandbox sandbox, String name, String scheduler, String upstream, String... more) {
        int proxyPort = Ports.free();
        Path data = sandbox.scratch(name);
        List<String> words = new ArrayList<>(List.of("agent",
                "--data", data.toString(),
                "--proxy", "127.0.0.1:" + proxyPort,
                "--peer", "127.0.0.1:" + Ports.free(),
                "--scheduler", scheduler,
                "--upstream", DarterCluster.REGISTRY + "=" + upstream));
        words.addAll(List.of(more));
        return new DarterAgent(DarterProcess.launch(sandbox, name, words), proxyPort, data);
    }

    /** Waits until the agent knows so many hosts of the cluster, itself among them. */
    void awaitMembers(int count) {
        Waiting.until("the agent knows " + count + " hosts", Duration.ofSeconds(60), () -> process.metric("darter_members") == count);
    }

    /** Where runtimes find the mirror. */
    String url() {
        return "http://" + address();
    }

    String address() {
        return "127.0.0.1:" + proxyPort;
    }

    long originBytes() {
        return (long) process.metric("darter_origin_received_bytes_total");
    }

    long peerBytes() {
        return (long) process.metric("darter_peer_received_bytes_total");
    }

    long rejectedChunks() {
        return (long) process.metric("darter_chunks_rejected_total");
    }

    /** The file of a blob that is complete here; it may not exist. */
    Path complete(Blob blob) {
        String hex = Digests.hex(blob.digest());
        return data.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
    }

    /** All complete blobs; what the store notes about them lies beside them in files with other names. */
    List<Path> completeFiles() {
        Path blobs = data.resolve("blobs");
        if (!Files.exists(blobs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(blobs)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9a-f]{64}")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if anything wrong is stored as complete. */
    void assertStoreIsTrue() {
        for (Path file : completeFiles()) {
            String actual = Digests.hex(Digests.of(file));
            if (!file.getFileName().toString().equals(actual)) {
                throw new AssertionError(file + " holds the content of " + actual);
            }
        }
    }
}
