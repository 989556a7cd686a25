package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.darter.agent.blob.SizeBelief.Basis;
import dev.darter.agent.blob.SizeBelief.Next;
import dev.darter.protocol.HostId;

final class SizeBeliefTest {

    private static final HostId LIAR = new HostId("liar");
    private static final HostId HONEST = new HostId("honest");
    private static final long MANY_CHUNKS = 10L << 20;

    private final SizeBelief belief = new SizeBelief();

    @Test
    void waitsForASignatureBeforeItCutsABlobIntoChunks() {
        assertThat(belief.heard(LIAR, MANY_CHUNKS + 1, false)).isEqualTo(new Next.Nothing());
        assertThat(belief.heard(HONEST, MANY_CHUNKS, true)).isEqualTo(new Next.Use(MANY_CHUNKS));
        assertThat(belief.heard(LIAR, MANY_CHUNKS + 1, true)).isEqualTo(new Next.Nothing());
        assertThat(belief.size()).isEqualTo(MANY_CHUNKS);
    }

    @Test
    void triesWhatIsNamedForASingleChunkOneAfterTheOther() {
        assertThat(belief.heard(LIAR, 10, false)).isEqualTo(new Next.Use(10));
        assertThat(belief.heard(HONEST, 12, false)).isEqualTo(new Next.Nothing());
        assertThat(belief.refuted(LIAR)).isEqualTo(new Next.Use(12));
        assertThat(belief.refuted(HONEST)).isEqualTo(new Next.Use(-1));
        assertThat(belief.basis()).isEqualTo(Basis.UNKNOWN);
    }

    @Test
    void keepsASizeThatAnotherNameIsGoodFor() {
        belief.heard(LIAR, 12, false);
        belief.heard(HONEST, 12, false);
        assertThat(belief.refuted(LIAR)).isEqualTo(new Next.Nothing());
        assertThat(belief.size()).isEqualTo(12);
    }

    @Test
    void asksTheOriginOnceWhereSignedStatesContradictTheManifest() {
        belief.settle(MANY_CHUNKS, Basis.TOLD);
        assertThat(belief.heard(LIAR, 10, false)).isEqualTo(new Next.Nothing());
        assertThat(belief.heard(HONEST, MANY_CHUNKS, true)).isEqualTo(new Next.Nothing());
        assertThat(belief.heard(HONEST, MANY_CHUNKS + 1, true)).isEqualTo(new Next.AskOrigin(MANY_CHUNKS + 1));
        assertThat(belief.heard(HONEST, MANY_CHUNKS + 2, true)).isEqualTo(new Next.Nothing());
    }

    @Test
    void prefersWhatWasToldToWhatIsClaimed() {
        belief.heard(LIAR, 10, false);
        belief.settle(12, Basis.CONFIRMED);
        assertThat(belief.refuted(LIAR)).isEqualTo(new Next.Nothing());
        assertThat(belief.size()).isEqualTo(12);
    }
}
