package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store makes of a folder that it was not the last to touch. */
final class StoreRecoveryTest {

    @TempDir
    Path root;

    private final TestBlob blob = TestBlob.of(1, 3 * TestBlob.CHUNK + 5);
    private Folders folders = new Folders(Path.of(""));

    private ChunkStore open() throws StoreException {
        return ChunkStore.open(StoreOptions.of(root, 1L << 30), InstantSource.system());
    }

    @BeforeEach
    void storeABlob() throws Exception {
        folders = new Folders(root);
        try (ChunkStore store = open(); PartialBlob partial = store.begin(blob.key(), blob.size())) {
            partial.appender(0).append(ByteBuffer.wrap(blob.content()));
            partial.prove();
        }
        assertThat(Files.size(folders.blob(blob.digest()))).isEqualTo(blob.size());
    }

    private void damage(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(ByteBuffer.wrap(new byte[]{(byte) ~one.get(0)}), offset);
        }
    }

    private boolean serves(ChunkStore store) throws IOException {
        if (store.find(blob.key()) instanceof Lookup.Complete(StoredBlob stored)) {
            try (stored) {
                ByteBuffer bytes = ByteBuffer.allocate(blob.size());
                stored.read(bytes, 0);
                assertThat(stored.chain()).isEqualTo(blob.states());
                return bytes.flip().equals(ByteBuffer.wrap(blob.content()));
            }
        }
        return false;
    }

    @Test
    void hashesABlobBeforeItsFirstUseAfterAnUncleanStop() throws Exception {
        Files.delete(folders.clean());
        damage(folders.blob(blob.digest()), 1000);
        try (ChunkStore store = open()) {
            assertThat(store.find(blob.key())).isInstanceOf(Lookup.Missing.class);
            assertThat(store.usage().bytes()).isZero();
        }
        assertThat(folders.blob(blob.digest())).doesNotExist();
    }

    @Test
    void remembersAcrossACleanStopWhatIsStillToBeHashed() throws Exception {
        Files.delete(folders.clean());
        open().close();
        damage(folders.blob(blob.digest()), 1000);
        try (ChunkStore store = open()) {
            assertThat(store.find(blob.key())).isInstanceOf(Lookup.Missing.class);
        }
    }

    @Test
    void servesASoundBlobAfterAnUncleanStop() throws Exception {
        Files.delete(folders.clean());
        try (ChunkStore store = open()) {
            assertThat(serves(store)).isTrue();
        }
    }

    @Test
    void aDamagedSidecarCostsTheSourcesButNotTheContent() throws Exception {
        damage(folders.sidecar(blob.digest()), 40);
        try (ChunkStore store = open()) {
            assertThat(store.find(blob.key())).as("nobody knows where it came from").isInstanceOf(Lookup.Missing.class);
            assertThat(store.verify(blob.digest())).isTrue();
            try (PartialBlob partial = store.begin(blob.key(), blob.size())) {
                partial.appender(0).append(ByteBuffer.wrap(blob.content()));
                partial.prove();
            }
        }
        try (ChunkStore store = open()) {
            assertThat(store.sources(blob.digest())).isEqualTo(Set.of(TestBlob.REGISTRY));
            assertThat(serves(store)).isTrue();
        }
    }

    @Test
    void sweepsAwayWhatIsNothing() throws Exception {
        Path shelf = folders.shelf(blob.digest());
        Files.writeString(shelf.resolve(blob.digest().hex() + ".chain.new"), "half a sidecar");
        Files.writeString(shelf.resolve("ab" + blob.digest().hex().substring(2) + ".chain"), "no blob");
        Path orphan = Files.createDirectories(folders.partials().resolve("sha256/" + "0".repeat(64) + "@0123456789abcdef"));
        Files.writeString(orphan.resolve("data"), "no journal");
        Files.writeString(Files.createDirectories(folders.trash().resolve("7")).resolve("data"), "left");
        try (ChunkStore store = open()) {
            assertThat(store.list()).hasSize(1);
            assertThat(serves(store)).isTrue();
        }
        assertThat(shelf.toFile().list()).containsExactlyInAnyOrder(blob.digest().hex(), blob.digest().hex() + ".chain");
        assertThat(orphan).doesNotExist();
        assertThat(folders.trash()).isEmptyDirectory();
    }

    @Test
    void forgetsDamagedChunksOfAPartialBlobAndKeepsTheOthers() throws Exception {
        TestBlob other = TestBlob.of(2, 4 * TestBlob.CHUNK);
        try (ChunkStore store = open(); PartialBlob partial = store.begin(other.key(), other.size())) {
            partial.learn(0, other.states(), Trust.VOUCHED);
            for (int chunk = 0; chunk < 3; chunk++) {
                partial.write(chunk, other.chunk(chunk));
            }
        }
        damage(folders.data(other.key()), TestBlob.CHUNK + 7);
        try (ChunkStore store = open(); PartialBlob partial = store.begin(other.key(), other.size())) {
            assertThat(partial.verified()).hasToString("0,2");
        }
    }
}
