package dev.darter.agent.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.agent.Digests;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.store.ChunkStore;
import dev.darter.store.Lookup;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoreOptions;

final class ReconciliationTest {

    private static final String HUB = "https://registry-1.docker.io";
    private static final byte[] CONTENT = "some layer".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path root;

    private final Digest digest = Digests.of(CONTENT);
    private final Map<Digest, Inventory.Entry> entries = new HashMap<>();
    private final Map<BlobKey, Long> held = new HashMap<>();
    private Path folder = Path.of("");
    private Path file = Path.of("");
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        store = ChunkStore.open(StoreOptions.of(root.resolve("data"), 1 << 20), InstantSource.system());
        folder = root.resolve("runtime");
        file = folder.resolve("blobs/sha256").resolve(digest.hex());
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.write(file, CONTENT);
        entries.put(digest, new Inventory.Entry(CONTENT.length, Set.of("docker.io")));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Reconciliation reconciliation(StoreMode mode) {
        UpstreamConfig private1 = new UpstreamConfig(List.of("private.example"), URI.create("https://private.example"), Optional.empty());
        return new Reconciliation(store.borrowed(), mode, RegistryNames.of(List.of(UpstreamConfig.dockerHub(), private1)), held::put);
    }

    private List<String> run(Reconciliation reconciliation) throws IOException {
        return reconciliation.run(folder, new Inventory(entries, 0));
    }

    private boolean serves(String registry) throws IOException {
        if (store.find(new BlobKey(registry, digest)) instanceof Lookup.Complete(var blob)) {
            blob.close();
            return true;
        }
        return false;
    }

    @Test
    void lendsWhatContainerdHasUnderTheNameOfItsRegistry() throws IOException {
        Reconciliation reconciliation = reconciliation(StoreMode.OWN);

        assertThat(run(reconciliation)).isEmpty();
        assertThat(run(reconciliation)).isEmpty();

        assertThat(held).containsExactly(Map.entry(new BlobKey(HUB, digest), (long) CONTENT.length));
        assertThat(serves(HUB)).isTrue();
        assertThat(serves("https://private.example")).isFalse();
    }

    @Test
    void nothingIsServedThatCameFromARegistryThatMayNotBeAskedOrFromNone() throws IOException {
        entries.put(digest, new Inventory.Entry(CONTENT.length, Set.of("elsewhere.example")));
        assertThat(run(reconciliation(StoreMode.OWN))).isEmpty();
        entries.put(digest, new Inventory.Entry(CONTENT.length, Set.of()));
        assertThat(run(reconciliation(StoreMode.OWN))).isEmpty();

        assertThat(held).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void nothingIsServedOfWhichTheSourceIsInDoubt() throws IOException {
        for (String second : List.of("private.example", "elsewhere.example")) {
            entries.put(digest, new Inventory.Entry(CONTENT.length, Set.of("docker.io", second)));

            assertThat(run(reconciliation(StoreMode.OWN))).singleElement().asString().contains("1 blobs", "several registries");
        }
        assertThat(held).isEmpty();
    }

    @Test
    void forgetsWhatContainerdHasNoMore() throws IOException {
        Reconciliation reconciliation = reconciliation(StoreMode.OWN);
        run(reconciliation);
        entries.clear();

        run(reconciliation);

        assertThat(serves(HUB)).isFalse();
    }

    @Test
    void keepsOneFileWhereThatIsWanted() throws IOException {
        download();
        run(reconciliation(StoreMode.OWN));
        assertThat(store.usage().bytes()).isEqualTo(CONTENT.length);

        Reconciliation sharing = reconciliation(StoreMode.SHARED);
        assertThat(run(sharing)).isEmpty();
        assertThat(store.usage().bytes()).isZero();

        Files.delete(file);
        entries.clear();
        run(sharing);
        assertThat(store.usage().bytes()).isEqualTo(CONTENT.length);
        assertThat(serves(HUB)).isTrue();
    }

    @Test
    void saysWhyThereAreTwoFiles() throws IOException {
        download();
        Files.writeString(file, "other bytes");
        Reconciliation sharing = reconciliation(StoreMode.SHARED);

        assertThat(run(sharing)).singleElement().asString().contains("1 blobs are stored twice", "damaged");
        assertThat(serves(HUB)).isTrue();
    }

    @Test
    void saysWhatCannotBeServed() throws IOException {
        Files.delete(file);

        assertThat(reconciliation(StoreMode.OWN).run(folder, new Inventory(entries, 3)))
                .satisfiesExactly(missing -> assertThat(missing).contains("1 blobs", folder.toString()),
                        discarded -> assertThat(discarded).contains("3 images", "discard_unpacked_layers"));
    }

    private void download() throws IOException {
        try (PartialBlob partial = store.begin(new BlobKey(HUB, digest), CONTENT.length)) {
            partial.appender(0).append(ByteBuffer.wrap(CONTENT));
            partial.prove();
        }
        await().until(() -> store.sources(digest).contains(HUB));
    }
}
