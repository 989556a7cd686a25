package dev.darter.agent.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.store.ChunkStore;
import dev.darter.store.StoreOptions;

final class ContainerdContentTest {

    @Test
    void saysThatThereIsNoContainerd(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("containerd.sock");
        try (ChunkStore store = ChunkStore.open(StoreOptions.of(folder.resolve("data"), 1 << 20), InstantSource.system());
                ContainerdContent content = ContainerdContent.start(new ContainerdOptions(socket, StoreMode.SHARED), store.borrowed(),
                        new RegistryNames(Map.of()), (_, _) -> {})) {
            await().untilAsserted(() -> assertThat(content.state().notes()).singleElement().asString().contains("does not answer"));

            assertThat(content.state().connected()).isFalse();
            assertThat(content.summary()).as("the reason comes first")
                    .startsWith("it does not answer")
                    .endsWith("; 0 blobs can be served from there");
            assertThat(content.state().socket()).isEqualTo(socket.toString());
        }
    }
}
