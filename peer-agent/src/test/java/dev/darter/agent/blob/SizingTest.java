package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.agent.swarm.Event;
import dev.darter.agent.trust.KeyRing;
import dev.darter.agent.trust.SigningKey;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.SignedStates;
import dev.darter.registry.BlobBytes;
import dev.darter.registry.BlobReader;
import dev.darter.registry.BlobRequest;
import dev.darter.registry.WantedBytes;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChainHasher;
import dev.darter.store.ChunkStore;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoreOptions;

/** Downloads with a real store, on an engine that has the origin read whenever that is needed. */
@Timeout(60)
final class SizingTest {

    private static final int LENGTH = 2 * 256 * 1024 + 100;
    private static final HostId LIAR = new HostId("liar");
    private static final HostId HONEST = new HostId("honest");

    @TempDir
    Path data;

    private final byte[] bytes = new byte[LENGTH];
    private final KeyRing keys = new KeyRing();
    private final Voucher lease = new Voucher(HONEST, 3, SigningKey.generate());
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final FakeMeters meters = new FakeMeters();
    private boolean readsOrigin = true;
    private FakeOrigin origin;
    private BlobKey blob;
    private ChunkStore store;
    private SwarmBlobSource source;

    @BeforeEach
    void open() throws Exception {
        new Random(11).nextBytes(bytes);
        Digest digest = Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes));
        blob = new BlobKey("https://registry.example", digest);
        origin = new FakeOrigin(bytes, true);
        store = ChunkStore.open(StoreOptions.of(data, 1 << 30), Clock.systemUTC());
        Voucher own = new Voucher(new HostId("self"), 0, SigningKey.generate());
        BlobContext context = new BlobContext(store, keys, own, this::engine, TokenBucket.unlimited(), meters, 1);
        source = new SwarmBlobSource(context, new TrafficBook(), (_, task) -> task.run());
    }

    @AfterEach
    void close() {
        source.close();
        store.close();
    }

    private void engine(Event event) {
        events.add(event);
        boolean isWanted = event instanceof Event.ReaderOpened
                || (event instanceof Event.OriginEnded ended && ended.outcome() == Outcome.DONE && ended.boundary() == 0);
        if (isWanted && readsOrigin) {
            Thread.ofVirtual().start(() -> source.readOrigin(blob, 0, 0, -1));
        }
    }

    private BlobReader reader(OptionalLong told) {
        return source.open(new BlobRequest(blob, told, WantedBytes.all(), origin));
    }

    private static byte[] all(BlobReader reader) throws IOException, InterruptedException {
        byte[] all = new byte[(int) reader.size()];
        for (int filled = 0; filled < all.length;) {
            BlobBytes.InFile part = (BlobBytes.InFile) reader.read(filled, all.length - filled);
            ByteBuffer into = ByteBuffer.wrap(all, filled, (int) part.length());
            while (into.hasRemaining()) {
                part.file().read(into, part.position() + into.position() - filled);
            }
            filled += (int) part.length();
        }
        return all;
    }

    private List<Long> sizes() {
        return events.stream().filter(Event.Sized.class::isInstance).map(event -> ((Event.Sized) event).size()).toList();
    }

    private Have have(long size, List<SignedStates> states) {
        return new Have(blob, size, 1, ChunkSet.of(0), states, List.of());
    }

    private Have signed(long size) {
        ChunkLayout layout = ChunkLayout.forSize(size);
        ChainHasher hasher = ChainHasher.forAlgorithm(Digest.Algorithm.SHA256);
        ChainState state = hasher.advance(hasher.initial(), 0, ByteBuffer.wrap(bytes, 0, layout.chunkSize()));
        return have(size, List.of(lease.sign(blob, layout, 1, List.of(state))));
    }

    @Test
    void throwsAwayWhatIsOnDiskOfAnotherSizeThanTheManifestTells() throws Exception {
        try (PartialBlob wrong = store.begin(blob, LENGTH + 1)) {
            wrong.appender(0).append(ByteBuffer.wrap(bytes, 0, 300_000));
        }
        try (BlobReader reader = reader(OptionalLong.of(LENGTH))) {
            assertThat(all(reader)).isEqualTo(bytes);
        }
    }

    /** Somebody's manifest says that a layer has no bytes, and an earlier download has believed it. */
    @Test
    void neverTakesContentForEmptyThatHasAnotherName() throws Exception {
        store.begin(blob, 0).close();
        for (OptionalLong told : List.of(OptionalLong.of(0), OptionalLong.empty(), OptionalLong.of(LENGTH))) {
            try (BlobReader reader = reader(told)) {
                assertThat(reader.size()).as("told %s", told).isEqualTo(LENGTH);
                assertThat(all(reader)).isEqualTo(bytes);
            }
        }
    }

    @Test
    void throwsAwayWhatIsOnDiskOfAnotherSizeThanTheOriginTells() throws Exception {
        try (PartialBlob wrong = store.begin(blob, LENGTH + 1)) {
            wrong.appender(0).append(ByteBuffer.wrap(bytes, 0, 300_000));
        }
        readsOrigin = false;
        try (BlobReader reader = reader(OptionalLong.empty())) {
            source.readOrigin(blob, 0, 0, -1);
            awaitSize(LENGTH);
            readsOrigin = true;
            source.readOrigin(blob, 0, 0, -1);
            assertThat(all(reader)).isEqualTo(bytes);
        }
        assertThat(sizes()).containsExactly((long) LENGTH);
    }

    @Test
    void endsReadersThatWereToldAFalseSizeAndServesThoseThatComeLater() throws Exception {
        readsOrigin = false;
        try (BlobReader reader = reader(OptionalLong.of(LENGTH - 200_000))) {
            assertThat(reader.size()).isEqualTo(LENGTH - 200_000);
            source.readOrigin(blob, 0, 0, -1);
            assertThatThrownBy(() -> reader.read(0, 100)).hasMessageContaining("another size");
        }
        readsOrigin = true;
        try (BlobReader reader = reader(OptionalLong.of(LENGTH - 200_000))) {
            assertThat(all(reader)).isEqualTo(bytes);
        }
    }

    @Test
    void findsTheSizeWhereNeitherManifestNorOriginTellIt() throws Exception {
        origin = new FakeOrigin(bytes, false);
        try (BlobReader reader = reader(OptionalLong.empty())) {
            assertThat(all(reader)).isEqualTo(bytes);
        }
    }

    @Test
    void findsTheSizeWhereTheManifestIsWrongAndTheOriginDoesNotTellIt() throws Exception {
        origin = new FakeOrigin(bytes, false);
        readsOrigin = false;
        try (BlobReader _ = reader(OptionalLong.of(LENGTH - 1000))) {
            source.readOrigin(blob, 0, 0, -1);
            awaitSize(LENGTH);
        }
    }

    @Test
    void passesThroughWhatIsLongerThanAnyBlobMayBe() throws Exception {
        try (BlobReader reader = reader(OptionalLong.of(1L << 62))) {
            assertThat(reader.size()).as("by the origin").isEqualTo(LENGTH);
        }
    }

    @Test
    void waitsForASignatureBeforeItBelievesANeighbour() throws Exception {
        readsOrigin = false;
        try (BlobReader _ = reader(OptionalLong.empty())) {
            source.learn(LIAR, have(LENGTH + 300_000, List.of()));
            source.learn(HONEST, signed(LENGTH));
            assertThat(sizes()).as("the key is not known yet").isEmpty();
            keys.believe(blob, lease.vouchKey());
            source.keysCame(java.util.Optional.of(blob));
            assertThat(sizes()).containsExactly((long) LENGTH);
            assertThat(source.content(blob).orElseThrow().lacksStatesFor(ChunkSet.of(0))).as("what waited was learnt").isFalse();
        }
    }

    @Test
    void namesWhoSignsOrAltersASizeThatWasNotSigned() throws Exception {
        readsOrigin = false;
        keys.believe(blob, lease.vouchKey());
        try (BlobReader _ = reader(OptionalLong.empty())) {
            source.learn(LIAR, have(LENGTH + 1, signed(LENGTH).states()));
            assertThat(sizes()).isEmpty();
            assertThat(events).contains(new Event.Lied(LIAR, blob));
            assertThat(meters.rejected).as("lies are counted").hasPositiveValue();
        }
    }

    @Test
    void asksTheOriginWhereSignedStatesContradictTheManifest() throws Exception {
        readsOrigin = false;
        keys.believe(blob, lease.vouchKey());
        try (BlobReader _ = reader(OptionalLong.of(LENGTH - 1000))) {
            source.learn(HONEST, signed(LENGTH + 2000));
            assertThat(origin.asked()).containsExactly(new FakeOrigin.Asked(0, 1));
            assertThat(sizes()).as("neither was right").containsExactly((long) LENGTH);
        }
    }

    private void awaitSize(long size) {
        org.awaitility.Awaitility.await().until(() -> sizes().contains(size));
    }
}
