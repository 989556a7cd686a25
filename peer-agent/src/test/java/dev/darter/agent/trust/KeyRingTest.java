package dev.darter.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.darter.agent.trust.KeyRing.Verdict;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SignedChunk;
import dev.darter.protocol.SignedStates;
import dev.darter.protocol.VouchKey;

final class KeyRingTest {

    private static final BlobKey BLOB = new BlobKey("https://registry.example", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final BlobKey OTHER = new BlobKey("https://other.example", BLOB.digest());
    private static final ChunkLayout LAYOUT = ChunkLayout.forSize(1 << 20);
    private static final List<ChainState> STATES = List.of(ChainState.of(new byte[32]),
            ChainState.of("x".repeat(32).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));

    private final Voucher lease = new Voucher(new HostId("reader"), 7, SigningKey.generate());
    private final Voucher own = new Voucher(new HostId("seed"), 0, SigningKey.generate());
    private final KeyRing ring = new KeyRing();

    @Test
    void believesStatesOfAKnownLease() {
        ring.believe(BLOB, lease.vouchKey());
        assertThat(ring.check(BLOB, LAYOUT, lease.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.GOOD);
    }

    @Test
    void doesNotKnowALeaseOfAnotherBlob() {
        ring.believe(OTHER, lease.vouchKey());
        assertThat(ring.check(BLOB, LAYOUT, lease.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.UNKNOWN_KEY);
    }

    @Test
    void seesThatARelayMovedOrCutTheStates() {
        ring.believe(BLOB, lease.vouchKey());
        SignedStates signed = lease.sign(BLOB, LAYOUT, 1, STATES);
        SignedStates moved = new SignedStates(signed.signer(), signed.epoch(), 2, signed.states(), signed.signature());
        SignedStates cut = new SignedStates(signed.signer(), signed.epoch(), 1, signed.states().subList(0, 1), signed.signature());
        assertThat(List.of(moved, cut)).allSatisfy(forged -> assertThat(ring.check(BLOB, LAYOUT, forged)).isEqualTo(Verdict.FORGED));
    }

    @Test
    void believesAnOwnKeyForEveryBlobUntilItIsWithdrawn() {
        ring.believe(own.vouchKey());
        assertThat(ring.check(BLOB, LAYOUT, own.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.GOOD);
        assertThat(ring.check(OTHER, LAYOUT, own.sign(OTHER, LAYOUT, 1, STATES))).isEqualTo(Verdict.GOOD);
        ring.withdraw(BLOB, own.vouchKey());
        assertThat(ring.check(BLOB, LAYOUT, own.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.UNKNOWN_KEY);
    }

    @Test
    void believesALoneChunkOnlyWithItsOwnHash() {
        ring.believe(BLOB, lease.vouchKey());
        SignedChunk signed = lease.sign(BLOB, LAYOUT, 3, Bytes.of(new byte[32]));
        SignedChunk other = new SignedChunk(signed.signer(), signed.epoch(), 3,
                Bytes.of("y".repeat(32).getBytes(java.nio.charset.StandardCharsets.US_ASCII)), signed.signature());
        assertThat(ring.check(BLOB, LAYOUT, signed)).isEqualTo(Verdict.GOOD);
        assertThat(ring.check(BLOB, LAYOUT, other)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void makesOneKeyForEachLeaseAndKeepsItAsLongAsTheDownload() {
        HostId self = new HostId("self");
        Voucher first = ring.voucher(BLOB, self, 7);
        assertThat(ring.voucher(BLOB, self, 7)).isEqualTo(first);
        assertThat(ring.voucher(BLOB, self, 8).vouchKey().ed25519()).isNotEqualTo(first.vouchKey().ed25519());
        assertThat(ring.voucher(OTHER, self, 7).vouchKey().ed25519()).isNotEqualTo(first.vouchKey().ed25519());
        ring.forget(BLOB);
        assertThat(ring.voucher(BLOB, self, 7)).isNotEqualTo(first);
    }

    @Test
    void believesALiarAgainOnceItIsPardoned() {
        ring.believe(own.vouchKey());
        ring.distrust(own.signer());
        assertThat(ring.check(BLOB, LAYOUT, own.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.UNKNOWN_KEY);
        ring.pardon(own.signer());
        assertThat(ring.check(BLOB, LAYOUT, own.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.GOOD);
    }

    /** By rank a host signs with its own key, and says less with it than that it has proven what it signs. */
    @Test
    void tellsWhatWasReadFromWhatWasProven() {
        ring.believe(own.vouchKey());
        SignedStates read = own.byRank().sign(BLOB, LAYOUT, 1, STATES);
        assertThat(ring.check(BLOB, LAYOUT, read)).isEqualTo(Verdict.GOOD);
        SignedStates proven = new SignedStates(read.signer(), VouchKey.PROVEN, 1, read.states(), read.signature());
        assertThat(ring.check(BLOB, LAYOUT, proven)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void takesAKeyThatIsNoneForNoProof() {
        ring.believe(BLOB, new VouchKey(lease.signer(), lease.epoch(), Bytes.of(new byte[5])));
        assertThat(ring.check(BLOB, LAYOUT, lease.sign(BLOB, LAYOUT, 1, STATES))).isEqualTo(Verdict.FORGED);
    }
}
