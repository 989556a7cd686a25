package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChainState;

/** Many threads on one store. What each may see is checked against the true content. */
@Timeout(60)
final class StoreConcurrencyTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    private long seed;

    @BeforeEach
    void printSeed() {
        seed = System.nanoTime();
        System.out.println("StoreConcurrencyTest seed " + seed);
    }

    private static void runAll(List<Callable<Void>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> running = new ArrayList<>();
            tasks.forEach(task -> running.add(threads.submit(task)));
            for (Future<Void> task : running) {
                task.get();
            }
        }
    }

    @Test
    void readersFollowWritersAndLiarsThroughTheSameBlob() throws Exception {
        TestBlob blob = TestBlob.of(seed, 40 * TestBlob.CHUNK + 123);
        try (ChunkStore store = ChunkStore.open(StoreOptions.of(folder, 1L << 30), InstantSource.system());
                PartialBlob partial = store.begin(blob.key(), blob.size())) {
            List<Callable<Void>> tasks = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 6; i++) {
                tasks.add(reader(partial, blob));
                tasks.add(writer(partial, blob, random.split()));
            }
            tasks.add(liar(partial, blob, random.split()));
            tasks.add(origin(partial, blob));
            runAll(tasks);
            await().until(() -> store.find(blob.key()) instanceof Lookup.Complete(StoredBlob stored) && closed(stored));
        }
    }

    private static boolean closed(StoredBlob stored) {
        stored.close();
        return true;
    }

    private static Callable<Void> reader(PartialBlob partial, TestBlob blob) {
        return () -> {
            for (int chunk = 0; chunk < blob.count(); chunk++) {
                assertThat(partial.awaitServable(chunk, LONG)).as("chunk %d in time", chunk).isTrue();
                ByteBuffer bytes = ByteBuffer.allocate(blob.layout().length(chunk));
                partial.read(bytes, blob.layout().offset(chunk));
                assertThat(bytes.flip()).isEqualTo(blob.chunk(chunk));
            }
            return null;
        };
    }

    /** Offers every chunk, in any order, damaged at times, until the blob is proven. */
    private static Callable<Void> writer(PartialBlob partial, TestBlob blob, SplittableRandom random) {
        return () -> {
            while (!partial.isProven()) {
                int chunk = random.nextInt(blob.count());
                if (random.nextInt(4) == 0) {
                    assertThat(partial.write(chunk, blob.damagedChunk(chunk))).isNotInstanceOf(WriteResult.Accepted.class);
                } else if (random.nextInt(10) == 0) {
                    partial.writeAlone(chunk, blob.chunk(chunk), blob.chunkHash(chunk));
                } else {
                    partial.write(chunk, blob.chunk(chunk));
                }
                assertThat(partial.prove()).isNotInstanceOf(Proof.Broken.class);
            }
            return null;
        };
    }

    private static Callable<Void> liar(PartialBlob partial, TestBlob blob, SplittableRandom random) {
        return () -> {
            byte[] lie = new byte[32];
            while (!partial.isProven()) {
                random.nextBytes(lie);
                partial.learn(1 + random.nextInt(blob.last()), List.of(ChainState.of(lie)), Trust.CLAIMED);
                int boundary = random.nextInt(blob.count());
                partial.learn(boundary, blob.states().subList(boundary, boundary + 1),
                        random.nextBoolean() ? Trust.CLAIMED : Trust.VOUCHED);
            }
            return null;
        };
    }

    private static Callable<Void> origin(PartialBlob partial, TestBlob blob) {
        return () -> {
            OriginAppender appender = partial.appender(0);
            for (ByteBuffer bytes = ByteBuffer.wrap(blob.content()); bytes.hasRemaining();) {
                int length = Math.min(100_000, bytes.remaining());
                assertThat(appender.append(bytes.slice(bytes.position(), length))).isInstanceOf(AppendResult.Progress.class);
                bytes.position(bytes.position() + length);
            }
            assertThat(partial.prove()).isInstanceOf(Proof.Proven.class);
            return null;
        };
    }

    @Test
    void aSmallStoreUnderManyPullsNeverServesAWrongByteAndKeepsItsBooks() throws Exception {
        List<TestBlob> blobs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            blobs.add(TestBlob.of(seed + i, TestBlob.CHUNK + i));
        }
        long quota = 4L * (TestBlob.CHUNK + 8);
        try (ChunkStore store = ChunkStore.open(new StoreOptions(folder, quota, 0.95, 0.7), InstantSource.system())) {
            List<Callable<Void>> tasks = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 6; i++) {
                tasks.add(puller(store, blobs, random.split(), quota));
            }
            runAll(tasks);
            await().until(() -> store.usage().bytes() == store.list().stream().mapToLong(StoredSummary::size).sum());
        }
        try (ChunkStore store = ChunkStore.open(new StoreOptions(folder, quota, 0.95, 0.7), InstantSource.system())) {
            assertThat(store.scrub(_ -> {})).isEmpty();
        }
    }

    private static Callable<Void> puller(ChunkStore store, List<TestBlob> blobs, SplittableRandom random, long quota) {
        return () -> {
            for (int i = 0; i < 60; i++) {
                TestBlob blob = blobs.get(random.nextInt(blobs.size()));
                pull(store, blob, blob.keyAt(random.nextBoolean() ? TestBlob.REGISTRY : "http://other"));
                if (random.nextInt(10) == 0) {
                    store.remove(blob.digest());
                }
                assertThat(store.usage().bytes()).isBetween(0L, 2 * quota);
            }
            return null;
        };
    }

    private static void pull(ChunkStore store, TestBlob blob, BlobKey key) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(blob.size());
        switch (store.find(key)) {
            case Lookup.Complete(StoredBlob stored) -> {
                try (stored) {
                    stored.read(bytes, 0);
                }
                assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(blob.content()));
            }
            case Lookup.Partial(PartialBlob partial) -> {
                try (partial) {
                    partial.appender(0).append(ByteBuffer.wrap(blob.content()));
                    assertThat(partial.prove()).isInstanceOf(Proof.Proven.class);
                    partial.read(bytes, 0);
                }
                assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(blob.content()));
            }
            case Lookup.Missing() -> {
                try (PartialBlob partial = store.begin(key, blob.size())) {
                    partial.appender(0).append(ByteBuffer.wrap(blob.content()));
                } catch (StoreException e) {
                    assertThat(e.code()).isEqualTo(StoreException.Code.FULL);
                }
            }
        }
    }
}
