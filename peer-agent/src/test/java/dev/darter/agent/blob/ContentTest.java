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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.SignedStates;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChainHasher;
import dev.darter.store.ChunkStore;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoreOptions;
import dev.darter.store.Trust;

final class ContentTest {

    private static final HostId NEIGHBOUR = new HostId("neighbour");
    private static final int LENGTH = 2 * 256 * 1024 + 100;

    @TempDir
    Path data;

    private final byte[] bytes = new byte[LENGTH];
    private final ChunkLayout layout = ChunkLayout.forSize(LENGTH);
    private final KeyRing keys = new KeyRing();
    private final Voucher lease = new Voucher(new HostId("reader"), 3, SigningKey.generate());
    private final List<Event> events = new ArrayList<>();
    private BlobKey blob;
    private BlobContext context;
    private ChunkStore store;
    private Content content;

    @BeforeEach
    void open() throws Exception {
        new Random(11).nextBytes(bytes);
        Digest digest = Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes));
        blob = new BlobKey("https://registry.example", digest);
        store = ChunkStore.open(StoreOptions.of(data, 1 << 30), Clock.systemUTC());
        Voucher own = new Voucher(new HostId("self"), 0, SigningKey.generate());
        context = new BlobContext(store, keys, own, events::add, TokenBucket.unlimited(), new FakeMeters(), 1);
        content = new Content(blob, store.begin(blob, LENGTH), context, () -> {});
    }

    @AfterEach
    void close() throws IOException {
        content.close();
        store.close();
    }

    @Test
    void servesWhatIsVouchedFor() throws IOException {
        keys.believe(blob, lease.vouchKey());
        assertThat(content.learn(NEIGHBOUR, have(signed()))).isFalse();
        assertThat(store(0, bytes)).isEqualTo(FetchOutcome.STORED);
        assertThat(events).containsExactly(new Event.Gained(blob, ChunkSet.of(0)));
        assertThat(content.readable(0)).isEqualTo(layout.chunkSize());
        assertThat(content.announce(ChunkSet.of(0)).states()).containsExactly(signed());
    }

    @Test
    void keepsBackWhatIsOnlyClaimedUntilTheKeyComes() throws IOException {
        content.learn(NEIGHBOUR, have(signed()));
        assertThat(store(0, bytes)).isEqualTo(FetchOutcome.STORED);
        assertThat(content.readable(0)).isZero();
        keys.believe(blob, lease.vouchKey());
        content.keysCame();
        assertThat(content.readable(0)).isEqualTo(layout.chunkSize());
    }

    @Test
    void namesWhoPassesOnAForgedSignature() throws IOException {
        keys.believe(blob, lease.vouchKey());
        SignedStates good = signed();
        SignedStates forged = new SignedStates(good.signer(), good.epoch(), 1, List.of(good.states().get(1), good.states().get(0)),
                good.signature());
        content.learn(NEIGHBOUR, have(forged));
        assertThat(events).containsExactly(new Event.Lied(NEIGHBOUR, blob));
    }

    /** The key comes later than what it is to check: members are told of each other in bundles. */
    @Test
    void namesWhoToldForgedStatesBeforeTheirKeyWasKnown() throws IOException {
        SignedStates good = signed();
        content.learn(NEIGHBOUR, have(new SignedStates(good.signer(), good.epoch(), 1, List.of(good.states().get(1), good.states().get(0)),
                good.signature())));
        assertThat(events).isEmpty();
        keys.believe(blob, lease.vouchKey());
        content.keysCame();
        assertThat(events).containsExactly(new Event.Lied(NEIGHBOUR, blob));
    }

    @Test
    void tellsALastChunkThatEndsNoChainFromDamage() throws IOException {
        byte[] damaged = bytes.clone();
        damaged[LENGTH - 1] ^= 1;
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        assertThat(store(2, damaged)).isEqualTo(FetchOutcome.UNCLOSED);
    }

    @Test
    void tellsDamageFromDoubt() throws IOException {
        byte[] damaged = bytes.clone();
        damaged[7] ^= 1;
        content.learn(NEIGHBOUR, have(signed()));
        assertThat(store(0, damaged)).isEqualTo(FetchOutcome.DOUBTFUL);
        keys.believe(blob, lease.vouchKey());
        content.keysCame();
        assertThat(store(0, damaged)).isEqualTo(FetchOutcome.CORRUPT);
        assertThat(content.readable(0)).isZero();
    }

    @Test
    void givesTheLastChunkOnlyWhenAllIsProven() throws IOException {
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        store(2, bytes);
        store(0, bytes);
        assertThat(content.readable(layout.offset(2))).isZero();
        store(1, bytes);
        assertThat(content.readable(0)).isEqualTo(LENGTH);
        assertThat(events).last().isEqualTo(new Event.Proven(blob, LENGTH));
    }

    @Test
    void dropsWhatRestsOnAKeyThatIsWithdrawn() throws IOException {
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        store(0, bytes);
        keys.withdraw(blob, lease.vouchKey());
        content.disbelieve(lease.vouchKey()::isOf);
        assertThat(events).last().isEqualTo(new Event.Lost(blob, ChunkSet.of(0)));
        assertThat(content.readable(0)).isZero();
        assertThat(content.lacksStatesFor(ChunkSet.of(1))).isTrue();
    }

    @Test
    void passesOnAfterARestartWhatWasSignedBefore() throws IOException {
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        store(0, bytes);
        reopen();
        assertThat(content.servable()).isEqualTo(ChunkSet.of(0));
        assertThat(content.announce(ChunkSet.of(0))).isEqualTo(new Have(blob, LENGTH, layout.number(), ChunkSet.of(0), List.of(signed()),
                List.of()));
    }

    @Test
    void dropsAfterARestartWhatRestsOnAKeyThatIsWithdrawn() throws IOException {
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        store(0, bytes);
        reopen();
        content.disbelieve(lease.vouchKey()::isOf);
        assertThat(events).last().isEqualTo(new Event.Lost(blob, ChunkSet.of(0)));
    }

    /** A crash has come between a state and its signature: nobody could verify the chunk. */
    @Test
    void announcesNoChunkWithoutSignedStates() throws IOException {
        content.partial().learn(1, states(bytes), Trust.VOUCHED);
        store(0, bytes);
        reopen();
        assertThat(content.servable()).isEqualTo(ChunkSet.of(0));
        assertThat(content.announce(ChunkSet.of(0)).chunks().isEmpty()).isTrue();
    }

    /** Keys come from another thread than the bytes of the origin: what is told between a chunk and its signature is never told again. */
    @Test
    void tellsOfNoChunkBeforeItsStatesAreSigned() throws IOException {
        content.partial().learn(1, states(bytes), Trust.VOUCHED);
        content.store(0, ByteBuffer.wrap(bytes, 0, layout.chunkSize()));
        content.keysCame();
        assertThat(events).isEmpty();
        content.computed(lease, 1, states(bytes));
        assertThat(events).containsExactly(new Event.Gained(blob, ChunkSet.of(0)));
    }

    /** What a liar signed must not reach others through this host once it is known. */
    @Test
    void passesOnNothingThatALiarSigned() throws IOException {
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        store(0, bytes);
        keys.withdraw(lease.signer());
        content.disbelieve(signed -> signed.signer().equals(lease.signer()));
        assertThat(content.readable(0)).isZero();
        assertThat(content.everything().states()).isEmpty();
        content.learn(NEIGHBOUR, have(signed()));
        assertThat(content.everything().states()).isEmpty();
    }

    /** The first reader of the origin was honest, the second one lied, and it needs the whole chain to know. */
    @Test
    void accusesWhoSignedTheFirstFalseStateAndNotWhoSignedTheFirst() throws IOException {
        Voucher honest = new Voucher(new HostId("honest"), 3, SigningKey.generate());
        Voucher liar = new Voucher(new HostId("liar"), 4, SigningKey.generate());
        Voucher anew = new Voucher(new HostId("anew"), 5, SigningKey.generate());
        byte[] wrong = bytes.clone();
        wrong[layout.chunkSize() + 9] ^= 1;
        keys.believe(blob, honest.vouchKey());
        keys.believe(blob, liar.vouchKey());
        content.learn(NEIGHBOUR, have(honest.sign(blob, layout, 1, states(wrong).subList(0, 1))));
        content.learn(NEIGHBOUR, have(liar.sign(blob, layout, 2, states(wrong).subList(1, 2))));
        store(0, wrong);
        store(1, wrong);
        content.broken(1);
        assertThat(events).last().isEqualTo(new Event.Broken(blob, ChunkSet.of(0, 1), 1));
        keys.withdraw(blob, honest.vouchKey());
        keys.withdraw(blob, liar.vouchKey());
        keys.believe(blob, anew.vouchKey());
        content.learn(NEIGHBOUR, have(anew.sign(blob, layout, 1, states(bytes))));
        for (int chunk = 0; chunk < 3; chunk++) {
            store(chunk, bytes);
        }
        assertThat(events).contains(new Event.Proven(blob, LENGTH)).last().isEqualTo(new Event.Misread(liar.signer(), blob, liar.epoch()));
    }

    @Test
    void accusesAtOnceWhoSaysThatItHasProvenWhatIsFalse() throws IOException {
        Voucher prover = new Voucher(new HostId("prover"), 0, SigningKey.generate());
        keys.believe(prover.vouchKey());
        content.learn(NEIGHBOUR, have(prover.sign(blob, layout, 1, states(bytes))));
        content.broken(1);
        assertThat(events).last().isEqualTo(new Event.Lied(prover.signer(), blob));
        content.learn(NEIGHBOUR, have(prover.sign(blob, layout, 1, states(bytes))));
        assertThat(content.everything().states()).as("nothing that it signs is believed").isEmpty();
    }

    /** It has read it for want of a scheduler, and said no more than that. */
    @Test
    void accusesNobodyAtOnceWhoHasOnlyReadTheOrigin() throws IOException {
        Voucher prover = new Voucher(new HostId("prover"), 0, SigningKey.generate());
        keys.believe(prover.vouchKey());
        content.learn(NEIGHBOUR, have(prover.byRank().sign(blob, layout, 1, states(bytes))));
        store(0, bytes);
        assertThat(content.readable(0)).isEqualTo(layout.chunkSize());
        content.broken(1);
        assertThat(events).doesNotHaveAnyElementsOfTypes(Event.Lied.class);
    }

    /** Who found out that its own origin had deceived it is no liar. */
    @Test
    void accusesNobodyForWhatItReadItself() throws IOException {
        Voucher own = new Voucher(new HostId("self"), 8, SigningKey.generate());
        content.computed(own, 1, states(bytes));
        content.broken(1);
        assertThat(events).doesNotHaveAnyElementsOfTypes(Event.Lied.class);
    }

    @Test
    void tellsReadersFromWhereOnTheyMayHaveBeenDeceived() throws IOException {
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR, have(signed()));
        store(0, bytes);
        assertThat(content.doubtfulSince(content.rewinds())).isEqualTo(Long.MAX_VALUE);
        keys.withdraw(blob, lease.vouchKey());
        content.disbelieve(lease.vouchKey()::isOf);
        assertThat(content.doubtfulSince(0)).isZero();
        assertThat(content.doubtfulSince(content.rewinds())).isEqualTo(Long.MAX_VALUE);
    }

    /** Readers are told under a lock of their own, under which they ask for more. */
    @Test
    void tellsReadersOutsideOfItsLockAlsoWhenTheChainTurnsOutFalse() throws Exception {
        content.close();
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        content = new Content(blob, store.begin(blob, LENGTH), context, () -> {
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> content.isProven())
                    .completeOnTimeout(true, 5, TimeUnit.SECONDS);
            asked.add(other);
            other.join();
        });
        byte[] wrong = bytes.clone();
        wrong[layout.chunkSize() + 9] ^= 1;
        Bytes sha256 = PartialBlob.loneHash(ByteBuffer.wrap(wrong, layout.chunkSize(), layout.chunkSize()));
        keys.believe(blob, lease.vouchKey());
        content.learn(NEIGHBOUR,
                new Have(blob, LENGTH, layout.number(), ChunkSet.of(1), List.of(), List.of(lease.sign(blob, layout, 1, sha256))));
        assertThat(store(1, wrong)).isEqualTo(FetchOutcome.STORED);
        content.learn(NEIGHBOUR, have(signed()));
        store(0, bytes);
        store(2, bytes);
        assertThat(events).hasAtLeastOneElementOfType(Event.Broken.class);
        assertThat(asked).allSatisfy(other -> assertThat(other.join()).as("proven, or without an answer").isFalse());
    }

    private void reopen() throws IOException {
        content.close();
        content = new Content(blob, store.begin(blob, LENGTH), context, () -> {});
    }

    private FetchOutcome store(int chunk, byte[] from) throws IOException {
        FetchOutcome outcome = content.store(chunk, ByteBuffer.wrap(from, Math.toIntExact(layout.offset(chunk)), layout.length(chunk)));
        content.publish();
        return outcome;
    }

    private Have have(SignedStates states) {
        return new Have(blob, LENGTH, layout.number(), ChunkSet.of(0, 1), List.of(states), List.of());
    }

    private SignedStates signed() {
        return lease.sign(blob, layout, 1, states(bytes));
    }

    /** At the two boundaries within the blob, if it had this content. */
    private List<ChainState> states(byte[] of) {
        ChainHasher hasher = ChainHasher.forAlgorithm(Digest.Algorithm.SHA256);
        ChainState first = hasher.advance(hasher.initial(), 0, ByteBuffer.wrap(of, 0, layout.chunkSize()));
        return List.of(first, hasher.advance(first, layout.chunkSize(), ByteBuffer.wrap(of, layout.chunkSize(), layout.chunkSize())));
    }
}
