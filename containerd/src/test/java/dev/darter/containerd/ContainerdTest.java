package dev.darter.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.containerd.ContainerdException.Code;

/** What no containerd is needed for: that there is none, or one that says nothing. */
final class ContainerdTest {

    @TempDir
    private Path folder;

    @Test
    void missingSocketIsSaid() {
        assertThat(failureAt(folder.resolve("none")).code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void anotherFileIsSaid() throws Exception {
        assertThat(failureAt(Files.createFile(folder.resolve("file"))).code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void silenceEnds() throws Exception {
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            assertThat(failureAt(socket).code()).isEqualTo(Code.UNAVAILABLE);
        }
    }

    @Test
    void listenerHearsThatNobodyIsThere() throws Exception {
        CompletableFuture<Code> lost = new CompletableFuture<>();
        try (Containerd containerd = Containerd.at(folder.resolve("none")); Subscription _ = containerd.subscribe(new ChangeListener() {
            @Override
            public void changed(String namespace, String topic) {
                lost.completeExceptionally(new AssertionError("Nobody said " + topic));
            }

            @Override
            public void lost(ContainerdException why) {
                lost.complete(why.code());
            }
        })) {
            assertThat(lost.get(10, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
        }
    }

    private static ContainerdException failureAt(Path socket) {
        try (Containerd containerd = Containerd.at(socket, Duration.ofMillis(500))) {
            return catchThrowableOfType(ContainerdException.class, containerd::namespaces);
        }
    }
}
