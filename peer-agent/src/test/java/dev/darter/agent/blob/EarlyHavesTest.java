package dev.darter.agent.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.protocol.SignedStates;

final class EarlyHavesTest {

    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "aa".repeat(32)));
    private static final HostId PEER = new HostId("peer");

    private final EarlyHaves early = new EarlyHaves();

    @Test
    void keepsAFewOfThemUntilTheyAreTaken() {
        for (int i = 0; i < 10_000; i++) {
            early.add(PEER, have(1));
        }
        assertThat(early.take()).hasSize(256);
        assertThat(early.take()).isEmpty();
        early.add(PEER, have(1));
        assertThat(early.take()).hasSize(1);
    }

    /** One message may carry megabytes. */
    @Test
    void keepsNoMoreStatesThanSoManyHonestOnesHave() {
        for (int i = 0; i < 256; i++) {
            early.add(PEER, have(10_000));
        }
        assertThat(early.take()).hasSize(1);
    }

    private static Have have(int states) {
        ChainState state = ChainState.of(new byte[32]);
        return new Have(BLOB, 1L << 40, 1, ChunkSet.of(1),
                List.of(new SignedStates(PEER, 0, 1, Collections.nCopies(states, state), Bytes.of(new byte[64]))), List.of());
    }
}
