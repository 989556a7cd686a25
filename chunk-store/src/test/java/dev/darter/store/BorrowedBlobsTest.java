package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.store.BorrowedBlobs.Offered;
import dev.darter.store.BorrowedBlobs.Reason;
import dev.darter.store.BorrowedBlobs.Sharing;

/** Blobs that a container runtime keeps on the same host. */
final class BorrowedBlobsTest {

    private static final String OTHER = "https://other.example";

    @TempDir
    Path root;

    private final FailingDisk disk = new FailingDisk();
    private final TestBlob blob = TestBlob.of(1, 3 * TestBlob.CHUNK + 5);
    private final Digest digest = blob.digest();
    private final List<Digest> evicted = new ArrayList<>();
    private Folders folders = new Folders(Path.of(""));
    private Path lent = Path.of("");

    @BeforeEach
    void lend() throws IOException {
        folders = new Folders(root.resolve("data"));
        lent = Files.write(Files.createDirectory(root.resolve("runtime")).resolve(digest.hex()), blob.content());
    }

    private ChunkStore open(long quota) throws IOException {
        disk.createDirectories(folders.root());
        ChunkStore store = new ChunkStore(StoreOptions.of(folders.root(), quota), InstantSource.system(), disk, () -> {},
                new DirectExecutor());
        store.enforceQuota();
        store.onEvicted(evicted::add);
        return store;
    }

    private ChunkStore open() throws IOException {
        return open(1L << 30);
    }

    private Offered offer(ChunkStore store, String... sources) throws IOException {
        return store.borrowed().offer(digest, lent, blob.size(), Set.of(sources));
    }

    private Offered offer(ChunkStore store) throws IOException {
        return offer(store, TestBlob.REGISTRY);
    }

    private void store(ChunkStore store, String registry) throws IOException {
        try (PartialBlob partial = store.begin(blob.keyAt(registry), blob.size())) {
            partial.appender(0).append(ByteBuffer.wrap(blob.content()));
            partial.prove();
        }
    }

    private Optional<StoredBlob> find(ChunkStore store, BlobKey key) throws IOException {
        return store.find(key) instanceof Lookup.Complete(StoredBlob found) ? Optional.of(found) : Optional.empty();
    }

    private boolean serves(ChunkStore store, String registry) throws IOException {
        Optional<StoredBlob> found = find(store, blob.keyAt(registry));
        if (found.isEmpty()) {
            return false;
        }
        try (StoredBlob stored = found.get()) {
            ByteBuffer bytes = ByteBuffer.allocate(blob.size());
            stored.read(bytes, 0);
            assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(blob.content()));
            assertThat(stored.chain()).isEqualTo(blob.states());
            return true;
        }
    }

    private void damage() throws IOException {
        byte[] wrong = blob.content();
        wrong[TestBlob.CHUNK + 3]++;
        Files.write(lent, wrong);
    }

    @Test
    void servesWhatIsLentWithoutCopyingIt() throws IOException {
        try (ChunkStore store = open(blob.size() / 2)) {
            assertThat(offer(store)).isEqualTo(new Offered.Taken(Set.of(TestBlob.REGISTRY)));
            assertThat(offer(store)).isEqualTo(new Offered.Known());

            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();
            assertThat(serves(store, OTHER)).as("to callers of another registry").isFalse();
            assertThat(store.usage().bytes()).isZero();
            assertThat(store.list()).extracting(StoredSummary::digest).containsExactly(digest);
            assertThat(folders.blob(digest)).doesNotExist();
        }
    }

    @Test
    void keepsTheChainAcrossAnOrderlyStop() throws IOException {
        try (ChunkStore store = open()) {
            offer(store);
            assertThat(folders.borrowedSidecar(digest)).as("before it is needed").doesNotExist();
            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();
        }
        damage();
        try (ChunkStore store = open()) {
            offer(store);
            try (StoredBlob found = find(store, blob.key()).orElseThrow()) {
                assertThat(found.chain()).as("not computed again").isEqualTo(blob.states());
            }
        }
    }

    @Test
    void hashesAgainAfterAnUncleanStopAndTakesNothingDamagedTwice() throws IOException {
        try (ChunkStore store = open()) {
            offer(store);
            serves(store, TestBlob.REGISTRY);
        }
        Files.delete(folders.clean());
        damage();
        try (ChunkStore store = open()) {
            offer(store);
            assertThat(serves(store, TestBlob.REGISTRY)).isFalse();
            assertThat(evicted).containsExactly(digest);
            assertThat(offer(store)).isEqualTo(new Offered.Refused(Reason.DAMAGED));
            assertThat(lent).as("somebody else's file").exists();

            store.borrowed().retain(Set.of());
            Files.write(lent, blob.content());
            assertThat(offer(store)).as("a new file of that name").isInstanceOf(Offered.Taken.class);
        }
    }

    @Test
    void believesOneSourceOnly() throws IOException {
        try (ChunkStore store = open()) {
            assertThat(offer(store, TestBlob.REGISTRY, OTHER)).isEqualTo(new Offered.Refused(Reason.UNKNOWN_SOURCE));
            assertThat(offer(store, new String[0])).isEqualTo(new Offered.Refused(Reason.UNKNOWN_SOURCE));
            offer(store);
            serves(store, TestBlob.REGISTRY);
            offer(store, TestBlob.REGISTRY, OTHER);
            assertThat(serves(store, OTHER)).as("because of what was said later").isFalse();
        }
        try (ChunkStore store = open()) {
            assertThat(offer(store, TestBlob.REGISTRY, OTHER)).as("it was the only one before")
                    .isEqualTo(new Offered.Taken(Set.of(TestBlob.REGISTRY)));
        }
    }

    @Test
    void fileThatIsTakenAwayIsNoticedAndItsReaderGoesOn() throws IOException {
        try (ChunkStore store = open()) {
            offer(store);
            try (StoredBlob reading = find(store, blob.key()).orElseThrow()) {
                Files.delete(lent);
                ByteBuffer bytes = ByteBuffer.allocate(blob.size());
                reading.read(bytes, 0);
                assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(blob.content()));

                assertThat(serves(store, TestBlob.REGISTRY)).isFalse();
            }
            assertThat(evicted).containsExactly(digest);
            assertThat(offer(store)).isEqualTo(new Offered.Refused(Reason.MISSING));
            assertThat(store.usage().bytes()).isZero();
        }
    }

    @Test
    void whatIsNotLentAnyMoreIsForgotten() throws IOException {
        try (ChunkStore store = open()) {
            offer(store);
            serves(store, TestBlob.REGISTRY);
            store.borrowed().retain(Set.of(digest));
            assertThat(store.borrowed().count()).isEqualTo(1);

            store.borrowed().retain(Set.of());

            assertThat(store.borrowed().count()).isZero();
            assertThat(evicted).containsExactly(digest);
            assertThat(folders.borrowedSidecar(digest)).doesNotExist();
        }
    }

    @Test
    void refusesWhatItCannotReadOrIsOfAnotherSize() throws IOException {
        try (ChunkStore store = open()) {
            disk.lock(lent);
            assertThat(offer(store)).isEqualTo(new Offered.Refused(Reason.UNREADABLE));
            assertThat(store.borrowed().offer(digest, lent, blob.size() + 1, Set.of(OTHER))).isEqualTo(new Offered.Refused(Reason.MISSING));
        }
    }

    @Test
    void ownDownloadTakesThePlaceOfWhatIsLent() throws IOException {
        try (ChunkStore store = open()) {
            offer(store);
            store(store, OTHER);
            Files.delete(lent);

            assertThat(serves(store, OTHER)).isTrue();
            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();
            assertThat(store.usage().bytes()).isEqualTo(blob.size());
            assertThat(store.borrowed().count()).isZero();
        }
    }

    @Test
    void oneFileInsteadOfTwo() throws IOException {
        try (ChunkStore store = open()) {
            assertThat(store.borrowed().share(digest, lent)).isEqualTo(new Sharing.NothingToShare());
            store(store, TestBlob.REGISTRY);
            try (StoredBlob _ = find(store, blob.key()).orElseThrow()) {
                assertThat(store.borrowed().share(digest, lent)).isEqualTo(new Sharing.InUse());
            }

            assertThat(store.borrowed().share(digest, lent)).isEqualTo(new Sharing.Shared());

            assertThat(Files.isSameFile(folders.blob(digest), lent)).isTrue();
            assertThat(store.usage().bytes()).isZero();
            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();
            assertThat(store.borrowed().share(digest, lent)).isEqualTo(new Sharing.Shared());
            assertThat(store.usage().bytes()).isZero();
        }
        try (ChunkStore store = open(1)) {
            assertThat(serves(store, TestBlob.REGISTRY)).as("with a quota that has no room for it").isTrue();
        }
    }

    @Test
    void whatLosesItsOtherNameCountsAgain() throws IOException {
        try (ChunkStore store = open()) {
            store(store, TestBlob.REGISTRY);
            store.borrowed().share(digest, lent);
            Files.delete(lent);
            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();

            store.borrowed().recount();

            assertThat(store.usage().bytes()).isEqualTo(blob.size());
            assertThat(store.borrowed().shared()).isZero();
        }
    }

    @Test
    void damagedFileDoesNotTakeThePlaceOfAGoodOne() throws IOException {
        damage();
        try (ChunkStore store = open()) {
            store(store, TestBlob.REGISTRY);

            assertThat(store.borrowed().share(digest, lent)).isInstanceOf(Sharing.Impossible.class);

            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();
            assertThat(store.usage().bytes()).isEqualTo(blob.size());
        }
    }

    @Test
    void fileThatCannotBeLinkedIsSaid() throws IOException {
        try (ChunkStore store = open()) {
            store(store, TestBlob.REGISTRY);
            disk.lock(lent);

            assertThat(store.borrowed().share(digest, lent)).isInstanceOf(Sharing.Impossible.class);

            assertThat(serves(store, TestBlob.REGISTRY)).isTrue();
        }
    }
}
