package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.FetchOutcome;
import dev.darter.agent.trust.KeyRing;
import dev.darter.agent.trust.SigningKey;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;
import dev.darter.store.OriginAppender;
import dev.darter.store.StoreOptions;

/** Chunks that are read from the origin before those in front of them, on the host that reads them and on one that gets them from it. */
final class LoneChunksTest {

    private static final int LENGTH = 3 * 256 * 1024 + 100;
    private static final int LAST = 3;

    @TempDir
    Path data;

    private final byte[] bytes = new byte[LENGTH];
    private final ChunkLayout layout = ChunkLayout.forSize(LENGTH);
    private final HostId holder = new HostId("holder");
    private final Voucher lease = new Voucher(holder, 3, SigningKey.generate());
    private final KeyRing keys = new KeyRing();
    private final List<Event> events = new ArrayList<>();
    private final List<ChunkStore> stores = new ArrayList<>();
    private BlobKey blob;
    private Content atHolder;
    private Content elsewhere;

    @BeforeEach
    void open() throws Exception {
        new Random(11).nextBytes(bytes);
        blob = new BlobKey("https://registry.example",
                Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes)));
        keys.believe(blob, lease.vouchKey());
        atHolder = content("holder", new ArrayList<>());
        elsewhere = content("other", events);
    }

    private Content content(String name, List<Event> heard) throws IOException {
        ChunkStore store = ChunkStore.open(StoreOptions.of(data.resolve(name), 1 << 30), Clock.systemUTC());
        stores.add(store);
        Voucher own = new Voucher(new HostId(name), 0, SigningKey.generate());
        BlobContext context = new BlobContext(store, keys, own, heard::add, TokenBucket.unlimited(), new FakeMeters(), 1);
        return new Content(blob, store.begin(blob, LENGTH), context, () -> {});
    }

    @AfterEach
    void close() {
        atHolder.close();
        elsewhere.close();
        stores.forEach(ChunkStore::close);
    }

    private ByteBuffer chunk(int number) {
        return ByteBuffer.wrap(bytes, (int) layout.offset(number), layout.length(number));
    }

    private FetchOutcome send(int chunk) throws IOException {
        elsewhere.learn(holder, atHolder.announce(ChunkSet.of(chunk)));
        FetchOutcome outcome = elsewhere.store(chunk, chunk(chunk));
        elsewhere.publish();
        return outcome;
    }

    @Test
    void areServedAndPassedOnAtOnceTheLastOneToo() throws IOException {
        assertThat(atHolder.storeAlone(lease, 1, chunk(1))).isTrue();
        assertThat(atHolder.storeAlone(lease, LAST, chunk(LAST))).isTrue();
        assertThat(send(1)).isEqualTo(FetchOutcome.STORED);
        assertThat(send(LAST)).isEqualTo(FetchOutcome.STORED);
        assertThat(events).containsExactly(new Event.Gained(blob, ChunkSet.of(1)), new Event.Gained(blob, ChunkSet.of(LAST)));
        assertThat(elsewhere.readablePart(layout.offset(LAST))).isEqualTo(100);
        assertThat(elsewhere.readable(layout.offset(LAST))).as("for who reads to the end").isZero();
        Have passedOn = elsewhere.announce(ChunkSet.of(1));
        assertThat(passedOn.lone()).singleElement().satisfies(signed -> assertThat(signed.signer()).isEqualTo(holder));
    }

    @Test
    void areRefusedWhenTheirBytesAreOthers() throws IOException {
        atHolder.storeAlone(lease, 1, chunk(1));
        elsewhere.learn(holder, atHolder.announce(ChunkSet.of(1)));
        assertThat(elsewhere.store(1, chunk(2))).isEqualTo(FetchOutcome.CORRUPT);
    }

    @Test
    void joinTheChainWithASignedStateBehindThem() throws IOException {
        atHolder.storeAlone(lease, 1, chunk(1));
        send(1);
        OriginAppender before = atHolder.partial().appender(0);
        before.append(chunk(0));
        atHolder.computed(lease, 1, List.of(atHolder.partial().state(1).orElseThrow().state()));
        assertThat(atHolder.chainLone(lease)).isTrue();
        OriginAppender behind = atHolder.partial().appender(2);
        assertThat(behind.start()).as("chunk 1 is not read again").isEqualTo(2);
        behind.append(chunk(2));
        atHolder.computed(lease, 3, List.of(atHolder.partial().state(3).orElseThrow().state()));
        assertThat(send(2)).as("with the state behind the chunk that stood alone").isEqualTo(FetchOutcome.STORED);
        assertThat(send(0)).isEqualTo(FetchOutcome.STORED);
        atHolder.storeAlone(lease, LAST, chunk(LAST));
        assertThat(send(LAST)).isEqualTo(FetchOutcome.STORED);
        assertThat(elsewhere.isProven()).isTrue();
    }

    @Test
    void areDroppedWhenTheirSignerIsBelievedNoLonger() throws IOException {
        atHolder.storeAlone(lease, 1, chunk(1));
        send(1);
        keys.withdraw(blob, lease.vouchKey());
        elsewhere.disbelieve(lease.vouchKey()::isOf);
        assertThat(elsewhere.readablePart(layout.offset(1))).isZero();
        assertThat(events).last().isEqualTo(new Event.Lost(blob, ChunkSet.of(1)));
        assertThat(elsewhere.doubtfulSince(0)).isEqualTo(layout.offset(1));
    }
}
