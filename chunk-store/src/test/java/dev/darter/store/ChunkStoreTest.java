package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.ChunkSet;

final class ChunkStoreTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;

    private ChunkStore open(long quota) throws StoreException {
        return ChunkStore.open(new StoreOptions(folder, quota, 1.0, 0.8), clock);
    }

    private ChunkStore open() throws StoreException {
        return open(1L << 30);
    }

    /** Fills a blob from the origin and waits until it is in its place. */
    private void store(ChunkStore store, TestBlob blob, String registry) throws StoreException {
        try (PartialBlob partial = store.begin(blob.keyAt(registry), blob.size())) {
            partial.appender(0).append(ByteBuffer.wrap(blob.content()));
            assertThat(partial.prove()).isInstanceOf(Proof.Proven.class);
        }
        await().until(() -> store.sources(blob.digest()).contains(registry));
        now = now.plusSeconds(1);
    }

    private void store(ChunkStore store, TestBlob blob) throws StoreException {
        store(store, blob, TestBlob.REGISTRY);
    }

    private static byte[] content(StoredBlob blob) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) blob.size());
        blob.read(bytes, 0);
        return bytes.array();
    }

    private static boolean isComplete(ChunkStore store, TestBlob blob) throws StoreException {
        return switch (store.find(blob.key())) {
            case Lookup.Complete(StoredBlob stored) -> {
                stored.close();
                yield true;
            }
            case Lookup.Partial(PartialBlob partial) -> {
                partial.close();
                yield false;
            }
            case Lookup.Missing() -> false;
        };
    }

    @Test
    void servesACompleteBlobAcrossRestarts() throws Exception {
        TestBlob blob = TestBlob.of(1, 3 * TestBlob.CHUNK + 17);
        try (ChunkStore store = open()) {
            assertThat(store.find(blob.key())).isInstanceOf(Lookup.Missing.class);
            store(store, blob);
        }
        try (ChunkStore store = open(); StoredBlob stored = ((Lookup.Complete) store.find(blob.key())).blob()) {
            assertThat(content(stored)).isEqualTo(blob.content());
            assertThat(stored.chain()).isEqualTo(blob.states());
            assertThat(stored.channel().size()).isEqualTo(blob.size());
            assertThat(store.list())
                    .containsExactly(new StoredSummary(blob.digest(), blob.size(), Set.of(TestBlob.REGISTRY),
                            StoredSummary.Completeness.COMPLETE, 4));
        }
    }

    @Test
    void hidesABlobFromCallersOfAnotherRegistryUntilItCameFromThere() throws Exception {
        TestBlob blob = TestBlob.of(2, 100);
        try (ChunkStore store = open()) {
            store(store, blob);
            assertThat(store.find(blob.keyAt("http://other"))).isInstanceOf(Lookup.Missing.class);
            store(store, blob, "http://other");
            assertThat(store.sources(blob.digest())).containsExactlyInAnyOrder(TestBlob.REGISTRY, "http://other");
            await().until(() -> store.usage().bytes() == 100);
        }
        try (ChunkStore store = open()) {
            assertThat(store.sources(blob.digest())).containsExactlyInAnyOrder(TestBlob.REGISTRY, "http://other");
        }
    }

    @Test
    void goesOnWithAPartialBlobAfterARestart() throws Exception {
        TestBlob blob = TestBlob.of(3, 5 * TestBlob.CHUNK);
        try (ChunkStore store = open(); PartialBlob partial = store.begin(blob.key(), blob.size())) {
            partial.learn(0, blob.states(), Trust.VOUCHED);
            partial.write(1, blob.chunk(1));
            partial.write(3, blob.chunk(3));
        }
        try (ChunkStore store = open()) {
            assertThat(store.list().getFirst().verifiedChunks()).isEqualTo(2);
            try (PartialBlob partial = ((Lookup.Partial) store.find(blob.key())).blob()) {
                assertThat(partial.servable()).isEqualTo(ChunkSet.of(1, 3));
            }
        }
    }

    @Test
    void aSecondProcessIsRefusedInAClearSentence() throws Exception {
        try (ChunkStore store = open()) {
            assertThat(store.list()).isEmpty();
            assertThatThrownBy(this::open).isInstanceOfSatisfying(StoreException.class, e -> {
                assertThat(e.code()).isEqualTo(StoreException.Code.LOCKED);
                assertThat(e).hasMessageContaining("in use by another Darter");
            });
        }
        open().close();
    }

    @Test
    void evictsTheLeastRecentlyUsedButNotWhatIsPinnedOrOpen() throws Exception {
        List<TestBlob> blobs = new ArrayList<>();
        try (ChunkStore store = open(10L * MIB)) {
            List<Object> evicted = new ArrayList<>();
            store.onEvicted(evicted::add);
            for (int i = 0; i < 5; i++) {
                blobs.add(TestBlob.of(10 + i, 2 * MIB));
                store(store, blobs.get(i));
            }
            isComplete(store, blobs.get(0));
            Pin pin = store.pin(blobs.get(1).digest());
            try (StoredBlob _ = ((Lookup.Complete) store.find(blobs.get(2).key())).blob()) {
                store(store, TestBlob.of(20, MIB));
            }
            pin.close();
            assertThat(evicted).containsExactly(blobs.get(3).digest(), blobs.get(4).digest());
            assertThat(store.usage()).isEqualTo(new StoreUsage(7L * MIB, 10L * MIB, 4, 0));
        }
    }

    @Test
    void refusesWhatCanNotFitAndDeletesNothingForIt() throws Exception {
        TestBlob blob = TestBlob.of(4, MIB);
        try (ChunkStore store = open(2L * MIB)) {
            store(store, blob);
            assertThatThrownBy(() -> store.begin(TestBlob.of(5, 100).key(), 3L * MIB))
                    .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(StoreException.Code.FULL));
            assertThat(isComplete(store, blob)).isTrue();
        }
    }

    @Test
    void aRemovedBlobCountsUntilItsLastReaderIsGone() throws Exception {
        TestBlob blob = TestBlob.of(6, MIB);
        try (ChunkStore store = open()) {
            store(store, blob);
            await().until(() -> store.usage().partials() == 0);
            StoredBlob reader = ((Lookup.Complete) store.find(blob.key())).blob();
            store.remove(blob.digest());
            assertThat(isComplete(store, blob)).isFalse();
            assertThat(content(reader)).isEqualTo(blob.content());
            assertThat(store.usage()).isEqualTo(new StoreUsage(MIB, 1L << 30, 0, 0));
            reader.close();
            assertThat(store.usage().bytes()).isZero();
        }
    }

    private void damage(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{1, 2, 3, 4}), 1000);
        }
    }

    @Test
    void scrubThrowsDamagedBlobsAway() throws Exception {
        TestBlob good = TestBlob.of(7, MIB);
        TestBlob bad = TestBlob.of(8, MIB);
        try (ChunkStore store = open()) {
            store(store, good);
            store(store, bad);
            damage(new Folders(folder).blob(bad.digest()));
            long[] bytes = new long[1];
            assertThat(store.scrub(read -> bytes[0] += read)).containsExactly(bad.digest());
            assertThat(bytes[0]).isEqualTo(2L * MIB);
            assertThat(isComplete(store, good)).isTrue();
            assertThat(store.find(bad.key())).isInstanceOf(Lookup.Missing.class);
        }
    }

    @Test
    void peekLeavesPartialBlobsAloneThatNobodyUses() throws Exception {
        TestBlob blob = TestBlob.of(10, 2 * MIB);
        try (ChunkStore store = open()) {
            try (PartialBlob partial = store.begin(blob.key(), blob.size())) {
                partial.appender(0).append(ByteBuffer.wrap(blob.content(), 0, MIB));
                assertThat(store.peek(blob.key())).isInstanceOfSatisfying(Lookup.Partial.class, found -> found.blob().close());
            }
            assertThat(store.peek(blob.key())).isInstanceOf(Lookup.Missing.class);
            assertThat(store.find(blob.key())).isInstanceOfSatisfying(Lookup.Partial.class, found -> found.blob().close());
        }
    }

    @Test
    void aDownloadOfAnotherSizeIsRefusedWhileOneIsUnderWay() throws Exception {
        TestBlob blob = TestBlob.of(9, MIB);
        try (ChunkStore store = open()) {
            try (PartialBlob _ = store.begin(blob.key(), 5L * MIB)) {
                assertThatThrownBy(() -> store.begin(blob.key(), MIB))
                        .isInstanceOfSatisfying(StoreException.class,
                                e -> assertThat(e.code()).isEqualTo(StoreException.Code.SIZE_CONFLICT));
            }
            store(store, blob);
            assertThat(isComplete(store, blob)).isTrue();
        }
    }

    @Test
    void aFalseSizeGivesWayToTheTrueOneWhoeverUsesIt() throws Exception {
        TestBlob blob = TestBlob.of(19, MIB);
        try (ChunkStore store = open()) {
            PartialBlob wrong = store.begin(blob.key(), 5L * MIB);
            wrong.appender(0).append(ByteBuffer.wrap(blob.content()));
            try (PartialBlob right = store.restart(blob.key(), blob.size())) {
                assertThat(right.layout().blobSize()).isEqualTo(blob.size());
                assertThat(right.verified()).isEqualTo(new ChunkSet());
                assertThat(store.usage().bytes()).as("the files of the old one are open still").isEqualTo(6L * MIB);
                wrong.appender(4).append(ByteBuffer.wrap(blob.content()));
                wrong.close();
                assertThat(store.usage().bytes()).isEqualTo(MIB);
            }
            store(store, blob);
            assertThat(isComplete(store, blob)).isTrue();
            assertThat(store.usage().bytes()).isEqualTo(MIB);
        }
    }

    @Test
    void aFalseSizeOnDiskGivesWayToTheTrueOne() throws Exception {
        TestBlob blob = TestBlob.of(20, MIB);
        try (ChunkStore store = open(); PartialBlob wrong = store.begin(blob.key(), 5L * MIB)) {
            wrong.appender(0).append(ByteBuffer.wrap(blob.content()));
        }
        try (ChunkStore store = open()) {
            try (PartialBlob right = store.restart(blob.key(), blob.size())) {
                assertThat(right.verified()).isEqualTo(new ChunkSet());
            }
            store(store, blob);
            assertThat(isComplete(store, blob)).isTrue();
        }
    }

    @Test
    void whatIsProvenKeepsItsSize() throws Exception {
        TestBlob blob = TestBlob.of(21, MIB);
        try (ChunkStore store = open(); PartialBlob partial = store.begin(blob.key(), blob.size())) {
            partial.appender(0).append(ByteBuffer.wrap(blob.content()));
            assertThat(partial.prove()).isInstanceOf(Proof.Proven.class);
            assertThatThrownBy(() -> store.restart(blob.key(), 5L * MIB)).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void whoReadsToTheEndGetsTheLastChunkOnlyWithTheProof() throws Exception {
        TestBlob blob = TestBlob.of(11, 2 * TestBlob.CHUNK);
        try (ChunkStore store = open(); PartialBlob partial = store.begin(blob.key(), blob.size())) {
            partial.appender(0).append(ByteBuffer.wrap(blob.content()));
            assertThat(partial.completableBytes(100)).isEqualTo(TestBlob.CHUNK - 100);
            assertThat(partial.servableBytes(100)).as("for who wants some part").isEqualTo(blob.size() - 100);
            partial.prove();
            assertThat(partial.awaitServable(1, Duration.ZERO)).isTrue();
            assertThat(partial.completableBytes(100)).isEqualTo(blob.size() - 100);
        }
    }
}
