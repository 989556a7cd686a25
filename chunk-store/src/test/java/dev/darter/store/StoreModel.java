package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.SignedStates;

/** One run of random operations. It knows the true content of every blob and what the store may, and must, have of it. */
final class StoreModel {

    private static final int CHUNK = TestBlob.CHUNK;
    private static final List<TestBlob> BLOBS = List.of(TestBlob.of(1, 0), TestBlob.of(2, 1), TestBlob.of(3, CHUNK),
            TestBlob.of(4, CHUNK + 5, Digest.Algorithm.SHA512), TestBlob.of(5, 3 * CHUNK - 1), TestBlob.of(6, 2 * CHUNK));
    private static final List<String> REGISTRIES = List.of(TestBlob.REGISTRY, "http://other");
    private static final Path DATA = Path.of("data");
    private static final Path ELSEWHERE = Path.of("elsewhere");
    private static final long QUOTA = 7L * CHUNK;

    private final RandomGenerator random;
    private final CrashingDisk disk;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private ChunkStore store;

    /** Downloads that are open, and the chunks that each must have. */
    private final Map<BlobKey, PartialBlob> open = new HashMap<>();
    private final Map<BlobKey, ChunkSet> chunks = new HashMap<>();
    /** Blobs that the store has said it holds, so that they must survive a crash. */
    private final Set<Digest> held = new HashSet<>();
    /** Whether the operation that is under way may delete complete blobs. */
    private boolean mayEvict;

    StoreModel(RandomGenerator random) throws IOException {
        this.random = random;
        this.disk = new CrashingDisk(random);
        this.store = start();
    }

    void run(int operations) throws IOException {
        for (int i = 0; i < operations; i++) {
            now = now.plusSeconds(1);
            if (random.nextInt(25) == 0) {
                disk.crashAfter(random.nextInt(40));
            }
            mayEvict = random.nextInt(8) == 0;
            disk.fullWithProbability(mayEvict ? 0.3 : 0);
            try {
                step();
                check();
            } catch (CrashingDisk.Crash e) {
                restartAfterCrash();
            } catch (StoreException e) {
                assertThat(e.code()).as("%s", e).isEqualTo(StoreException.Code.FULL);
            }
        }
    }

    private ChunkStore start() throws IOException {
        StoreOptions options = new StoreOptions(DATA, QUOTA, 0.95, 0.6);
        Closeable noLock = () -> {};
        disk.createDirectories(options.data());
        ChunkStore started = new ChunkStore(options, () -> now, disk, noLock, new DirectExecutor());
        started.onEvicted(held::remove);
        // A crash may undo deletions; then a start has to delete, and when it crashes there nobody hears of it.
        boolean mightEvict = mayEvict;
        mayEvict = true;
        started.enforceQuota();
        mayEvict = mightEvict;
        return started;
    }

    private void step() throws IOException {
        TestBlob blob = BLOBS.get(random.nextInt(BLOBS.size()));
        BlobKey key = blob.keyAt(REGISTRIES.get(random.nextInt(REGISTRIES.size())));
        PartialBlob partial = open.get(key);
        switch (random.nextInt(16)) {
            case 0 -> restart();
            case 1 -> {
                held.remove(blob.digest());
                store.remove(blob.digest());
            }
            case 2, 3 -> find(blob, key);
            case 4 -> share(blob);
            case 5 -> assertThat(store.scrub(_ -> {})).as("damaged").isEmpty();
            default -> {
                if (partial == null) {
                    mayEvict = true;
                    begin(blob, key);
                } else {
                    use(blob, key, partial);
                }
            }
        }
    }

    /** Somebody else on this host gets the blob as a file, or loses it, or his file takes the place of the store's. */
    private void share(TestBlob blob) throws IOException {
        Path elsewhere = ELSEWHERE.resolve(blob.digest().hex());
        disk.createDirectories(ELSEWHERE);
        if (random.nextInt(3) == 0) {
            mayEvict = true;
            disk.delete(elsewhere);
            store.borrowed().recount();
            return;
        }
        if (!disk.exists(elsewhere)) {
            try (OpenFile file = disk.openForWrite(elsewhere)) {
                file.write(ByteBuffer.wrap(blob.content()), 0);
            } catch (CrashingDisk.Crash | RuntimeException e) {
                throw e;
            } catch (IOException full) {
                return;
            }
        }
        store.borrowed().share(blob.digest(), elsewhere);
    }

    private void begin(TestBlob blob, BlobKey key) throws IOException {
        PartialBlob partial = store.begin(key, blob.size());
        open.put(key, partial);
        ChunkSet expected = chunks.computeIfAbsent(key, _ -> new ChunkSet());
        // Others may have been evicted with all their chunks; nothing may have come out of nowhere.
        ChunkSet extra = partial.verified();
        extra.removeAll(expected);
        assertThat(extra.isEmpty()).as("chunks out of nowhere: %s", extra).isTrue();
        chunks.put(key, partial.verified());
    }

    private void use(TestBlob blob, BlobKey key, PartialBlob partial) throws IOException {
        int chunk = blob.count() == 0 ? 0 : random.nextInt(blob.count());
        switch (random.nextInt(blob.count() == 0 ? 3 : 10)) {
            case 0 -> {
                open.remove(key);
                partial.close();
            }
            case 1, 2 -> prove(blob, partial);
            case 3 -> learn(blob, partial, chunk);
            case 4 -> assertThat(partial.write(chunk, blob.damagedChunk(chunk))).isNotInstanceOf(WriteResult.Accepted.class);
            case 5 -> rewind(blob, key, partial, chunk);
            case 6 -> took(key, chunk, partial.writeAlone(chunk, blob.chunk(chunk), blob.chunkHash(chunk)));
            case 7 -> append(blob, key, partial, chunk);
            default -> took(key, chunk, partial.write(chunk, blob.chunk(chunk)));
        }
    }

    private void took(BlobKey key, int chunk, WriteResult result) {
        if (result instanceof WriteResult.Accepted) {
            chunksOf(key).add(chunk);
        }
    }

    private ChunkSet chunksOf(BlobKey key) {
        return chunks.computeIfAbsent(key, _ -> new ChunkSet());
    }

    private void prove(TestBlob blob, PartialBlob partial) throws StoreException {
        Proof proof = partial.prove();
        assertThat(proof).isNotInstanceOf(Proof.Broken.class);
        if (proof instanceof Proof.Proven) {
            assertThat(partial.servable()).isEqualTo(ChunkSet.ofRange(0, blob.count()));
        }
    }

    /** Vouched states are true here, claimed ones may be lies. */
    private void learn(TestBlob blob, PartialBlob partial, int first) throws StoreException {
        if (random.nextInt(4) == 0 && first > 0) {
            var lie = new SplittableRandom(random.nextLong());
            byte[] state = blob.states().get(first).bytes();
            lie.nextBytes(state);
            partial.learn(first, List.of(ChainState.of(state)), Trust.CLAIMED);
        } else if (random.nextBoolean()) {
            SignedStates signed = blob.signed("signer" + random.nextInt(3), first, first + 1 + random.nextInt(blob.count() - first));
            assertThat(partial.learn(signed)).isInstanceOf(LearnResult.Learnt.class);
        } else {
            assertThat(partial.learn(0, blob.states(), random.nextBoolean() ? Trust.CLAIMED : Trust.VOUCHED))
                    .isInstanceOf(LearnResult.Learnt.class);
        }
        chunks.put(partial.key(), partial.verified());
    }

    private void rewind(TestBlob blob, BlobKey key, PartialBlob partial, int boundary) throws StoreException {
        boolean proven = partial.isProven();
        partial.rewind(boundary);
        int first = Math.max(0, boundary - 1);
        if (!proven) {
            chunksOf(key).removeAll(ChunkSet.ofRange(first, blob.count()));
            assertThat(partial.signatures()).noneMatch(signed -> signed.firstBoundary() + signed.states().size() > Math.max(1, boundary));
        }
    }

    private void append(TestBlob blob, BlobKey key, PartialBlob partial, int wanted) throws StoreException {
        OriginAppender appender = partial.appender(wanted);
        int from = (int) appender.offset();
        int length = random.nextInt(blob.size() - from + 1);
        int split = random.nextInt(length + 1);
        int start = appender.start();
        for (ByteBuffer bytes : List.of(ByteBuffer.wrap(blob.content(), from, split),
                ByteBuffer.wrap(blob.content(), from + split, length - split))) {
            switch (appender.append(bytes)) {
                case AppendResult.Progress(int _, var states, int next) -> {
                    assertThat(blob.states()).containsAll(states);
                    chunksOf(key).addAll(ChunkSet.ofRange(start, next));
                }
                case AppendResult.Full() -> {
                    chunks.put(key, partial.verified());
                    return;
                }
                case AppendResult other -> throw new AssertionError(other.toString());
            }
        }
    }

    private void find(TestBlob blob, BlobKey key) throws IOException {
        switch (store.find(key)) {
            case Lookup.Complete(StoredBlob stored) -> {
                ByteBuffer bytes = ByteBuffer.allocate(blob.size() + 1);
                stored.read(bytes, 0);
                assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(blob.content()));
                assertThat(stored.chain()).isEqualTo(blob.states());
                stored.close();
            }
            case Lookup.Partial(PartialBlob partial) -> {
                checkServable(blob, partial);
                partial.close();
            }
            case Lookup.Missing() -> assertThat(open).doesNotContainKey(key);
        }
    }

    private static void checkServable(TestBlob blob, PartialBlob partial) throws IOException {
        ChunkSet servable = partial.servable();
        for (int chunk = servable.next(0); chunk >= 0; chunk = servable.next(chunk + 1)) {
            ByteBuffer bytes = ByteBuffer.allocate(blob.layout().length(chunk));
            partial.read(bytes, blob.layout().offset(chunk));
            assertThat(bytes.flip()).isEqualTo(blob.chunk(chunk));
        }
        assertThat(partial.isProven() || partial.completableBytes(blob.layout().offset(blob.last())) == 0).isTrue();
        checkSignatures(blob, partial);
    }

    /** Whatever was lost, what is left is as it was given, and the states that it is about are believed. */
    private static void checkSignatures(TestBlob blob, PartialBlob partial) {
        for (SignedStates signed : partial.signatures()) {
            int first = signed.firstBoundary();
            assertThat(signed).isEqualTo(blob.signed(signed.signer().name(), first, first + signed.states().size()));
            for (int boundary = first; boundary < first + signed.states().size(); boundary++) {
                assertThat(partial.state(boundary).orElseThrow().trust()).as("trust in %s", signed).isNotEqualTo(Trust.CLAIMED);
            }
        }
    }

    /** What holds after every operation. */
    private void check() throws IOException {
        for (TestBlob blob : BLOBS) {
            for (String registry : REGISTRIES) {
                PartialBlob partial = open.get(blob.keyAt(registry));
                if (partial != null) {
                    assertThat(partial.verified()).isEqualTo(chunksOf(partial.key()));
                    checkServable(blob, partial);
                }
            }
        }
        long bytes = 0;
        Set<Digest> complete = new HashSet<>();
        for (StoredSummary summary : store.list()) {
            bytes += isShared(summary) ? 0 : summary.size();
            // Without sources: a crash has undone half of a deletion.
            if (summary.completeness() == StoredSummary.Completeness.COMPLETE && !summary.sources().isEmpty()) {
                complete.add(summary.digest());
            }
        }
        assertThat(complete).containsAll(held);
        held.addAll(complete);
        assertThat(store.usage().bytes()).isBetween(bytes, QUOTA);
        if (open.isEmpty()) {
            assertThat(store.usage().bytes()).isEqualTo(bytes);
        }
    }

    private boolean isShared(StoredSummary summary) throws IOException {
        Path file = new Folders(DATA).blob(summary.digest());
        return summary.completeness() == StoredSummary.Completeness.COMPLETE && disk.exists(file) && disk.names(file) > 1;
    }

    private void restart() throws IOException {
        for (PartialBlob partial : open.values()) {
            partial.close();
        }
        open.clear();
        store.close();
        disk.fullWithProbability(0);
        store = start();
        assertThat(store.list().stream().map(StoredSummary::digest).toList()).containsAll(held);
    }

    private void restartAfterCrash() throws IOException {
        open.clear();
        for (boolean crashed = true; crashed;) {
            disk.restart();
            disk.crashAfter(random.nextInt(3) == 0 ? random.nextInt(20) : Integer.MAX_VALUE);
            try {
                store = start();
                crashed = false;
            } catch (CrashingDisk.Crash e) {
                // Once more.
            }
        }
        disk.crashAfter(Integer.MAX_VALUE);
        for (TestBlob blob : BLOBS) {
            if (held.contains(blob.digest()) && !mayEvict) {
                assertThat(store.sources(blob.digest())).as("sources of %s", blob.digest()).isNotEmpty();
            }
        }
        held.clear();
        for (BlobKey key : List.copyOf(chunks.keySet())) {
            chunks.put(key, recovered(key));
        }
    }

    private static TestBlob blobOf(BlobKey key) {
        return BLOBS.stream().filter(blob -> blob.digest().equals(key.digest())).findFirst().orElseThrow();
    }

    private ChunkSet recovered(BlobKey key) throws IOException {
        return switch (store.find(key)) {
            case Lookup.Partial(PartialBlob partial) -> {
                checkSignatures(blobOf(key), partial);
                ChunkSet there = partial.verified();
                partial.close();
                yield there;
            }
            case Lookup.Complete(StoredBlob blob) -> {
                blob.close();
                // It hides what there may be of another download of the same blob: anything is possible.
                yield ChunkSet.ofRange(0, blob.layout().count());
            }
            case Lookup.Missing() -> new ChunkSet();
        };
    }
}
