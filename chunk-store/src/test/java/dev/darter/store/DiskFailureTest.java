package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bad place on a disk costs what lies there, and nothing else. */
final class DiskFailureTest {

    @TempDir
    Path root;

    private final FailingDisk disk = new FailingDisk();
    private final TestBlob blob = TestBlob.of(1, 3 * TestBlob.CHUNK + 5);
    private final TestBlob other = TestBlob.of(2, 1000);
    private Folders folders = new Folders(Path.of(""));

    @BeforeEach
    void nameFolders() {
        folders = new Folders(root);
    }

    private ChunkStore open() throws IOException {
        return open(1L << 30);
    }

    private ChunkStore open(long quota) throws IOException {
        return new ChunkStore(new StoreOptions(root, quota, 0.9, 0.6), InstantSource.system(), disk, () -> {}, new DirectExecutor());
    }

    private static void store(ChunkStore store, TestBlob content) throws IOException {
        try (PartialBlob partial = store.begin(content.key(), content.size())) {
            partial.appender(0).append(ByteBuffer.wrap(content.content()));
            assertThat(partial.prove()).isEqualTo(new Proof.Proven());
        }
    }

    private static boolean serves(ChunkStore store, TestBlob content) throws IOException {
        if (store.find(content.key()) instanceof Lookup.Complete(StoredBlob stored)) {
            try (stored) {
                ByteBuffer bytes = ByteBuffer.allocate(content.size());
                stored.read(bytes, 0);
                return bytes.flip().equals(ByteBuffer.wrap(content.content()));
            }
        }
        return false;
    }

    private void stopUncleanlyWithBothBlobs() throws IOException {
        try (ChunkStore store = open()) {
            store(store, blob);
            store(store, other);
        }
        Files.delete(folders.clean());
    }

    @Test
    void fetchesABlobAgainThatCanNotBeRead() throws Exception {
        stopUncleanlyWithBothBlobs();
        disk.breakFile(folders.blob(blob.digest()));
        try (ChunkStore store = open()) {
            assertThat(store.find(blob.key())).isInstanceOf(Lookup.Missing.class);
            assertThat(disk.openBroken()).isZero();
            assertThat(store.usage().bytes()).as("its bytes are given back").isEqualTo(other.size());
            assertThat(serves(store, other)).isTrue();
        }
    }

    @Test
    void forgetsABlobWhoseFileIsGone() throws Exception {
        try (ChunkStore store = open()) {
            store(store, blob);
            store(store, other);
            Files.delete(folders.blob(blob.digest()));
            assertThat(store.find(blob.key())).isInstanceOf(Lookup.Missing.class);
            assertThat(store.usage().bytes()).isEqualTo(other.size());
            store(store, blob);
            assertThat(serves(store, blob)).isTrue();
        }
    }

    @Test
    void scrubsTheRestWhenABlobCanNotBeOpened() throws Exception {
        try (ChunkStore store = open()) {
            store(store, blob);
            store(store, other);
            disk.lock(folders.blob(blob.digest()));
            long[] bytes = new long[1];
            assertThat(store.scrub(read -> bytes[0] += read)).isEmpty();
            assertThat(bytes[0]).isEqualTo(other.size());
            assertThat(store.usage().blobs()).isEqualTo(2);
        }
    }

    @Test
    void startsWithASidecarThatCanNotBeRead() throws Exception {
        stopUncleanlyWithBothBlobs();
        disk.breakFile(folders.sidecar(blob.digest()));
        try (ChunkStore store = open()) {
            assertThat(store.find(blob.key())).as("nobody knows where it came from").isInstanceOf(Lookup.Missing.class);
            assertThat(serves(store, other)).isTrue();
            assertThat(disk.openBroken()).isZero();
        }
    }

    @Test
    void startsWithASidecarOfANewerVersion() throws Exception {
        stopUncleanlyWithBothBlobs();
        Path sidecar = folders.sidecar(blob.digest());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(sidecar)).putInt(4, 99);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(0, bytes.capacity() - 4));
        Files.write(sidecar, bytes.putInt(bytes.capacity() - 4, (int) checksum.getValue()).array());
        try (ChunkStore store = open()) {
            assertThat(store.list()).hasSize(2);
            assertThat(serves(store, other)).isTrue();
        }
    }

    @Test
    void startsWithStrangersInItsFolders() throws Exception {
        stopUncleanlyWithBothBlobs();
        Path stray = Files.writeString(folders.blobs().resolve("sha256/README"), "no shelf");
        Path strayDigest = Files.writeString(folders.partials().resolve("sha256/README"), "no digest");
        Path folder = Files.createDirectories(folders.shelf(blob.digest()).resolve("0".repeat(64)));
        try (ChunkStore store = open()) {
            assertThat(store.list()).hasSize(2);
            assertThat(serves(store, blob)).isTrue();
        }
        assertThat(stray).doesNotExist();
        assertThat(strayDigest).doesNotExist();
        assertThat(folder).doesNotExist();
    }

    @Test
    void hasABlobWhoseFolderCouldNotBeSynced() throws Exception {
        try (ChunkStore store = open()) {
            disk.breakSync(folders.shelf(blob.digest()));
            Files.createDirectories(folders.shelf(blob.digest()));
            store(store, blob);
            assertThat(serves(store, blob)).isTrue();
            assertThat(store.usage().bytes()).isEqualTo(blob.size());
        }
    }

    @Test
    void deletesNoMoreThanNeededWhileOthersAreBeingDeleted() throws Exception {
        try (ChunkStore store = open(10_000)) {
            for (int seed = 10; seed < 18; seed++) {
                store(store, TestBlob.of(seed, 1000));
            }
            TestBlob second = TestBlob.of(20, 1000);
            disk.onNextDelete(() -> {
                try {
                    store.begin(second.key(), second.size()).close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            TestBlob first = TestBlob.of(21, 2000);
            store.begin(first.key(), first.size()).close();
            assertThat(store.list().stream().filter(summary -> summary.completeness() == StoredSummary.Completeness.COMPLETE)).hasSize(4);
            assertThat(store.usage().bytes()).isEqualTo(7000);
        }
    }
}
