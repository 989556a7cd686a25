package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest;
import dev.darter.protocol.Digest.Algorithm;

final class ChainHasherTest {

    private static List<ChainHasher> all(Algorithm algorithm) throws Exception {
        return List.of(ChainHasher.ofJdk(algorithm), ChainHasher.portable(algorithm), ChainHasher.forAlgorithm(algorithm));
    }

    @ParameterizedTest
    @EnumSource
    void everyWayAlongTheChainEndsInTheDigest(Algorithm algorithm) throws Exception {
        long seed = System.nanoTime();
        System.out.println("ChainHasherTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            byte[] content = new byte[random.nextInt(round < 50 ? 300 : 5000)];
            random.nextBytes(content);
            Digest name = Digest.of(algorithm, MessageDigest.getInstance(algorithm.javaName()).digest(content));
            for (ChainHasher hasher : all(algorithm)) {
                int middle = content.length == 0 ? 0 : random.nextInt(content.length) / 128 * 128;
                ChainState state = hasher.advance(hasher.initial(), 0, ByteBuffer.wrap(content, 0, middle));
                assertThat(hasher.finish(state, middle, ByteBuffer.wrap(content, middle, content.length - middle))).isEqualTo(name);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void allImplementationsHaveTheSameStates(Algorithm algorithm) throws Exception {
        byte[] content = new byte[128 * 40];
        new SplittableRandom(7).nextBytes(content);
        List<List<ChainState>> chains = new ArrayList<>();
        for (ChainHasher hasher : all(algorithm)) {
            List<ChainState> chain = new ArrayList<>(List.of(hasher.initial()));
            for (int at = 0; at < content.length; at += 512) {
                chain.add(hasher.advance(chain.getLast(), at, ByteBuffer.wrap(content, at, 512)));
            }
            chains.add(chain);
        }
        assertThat(chains.get(1)).isEqualTo(chains.get(0));
        assertThat(chains.get(2)).isEqualTo(chains.get(0));
    }

    /** Long enough for the compiler to put its intrinsics in: SHA-512's on AVX-512 keeps the last block of an exact multiple to itself. */
    @ParameterizedTest
    @EnumSource
    void statesStayRightWhenTheCodeIsCompiled(Algorithm algorithm) throws Exception {
        byte[] content = new byte[128 * 40];
        new SplittableRandom(9).nextBytes(content);
        ChainHasher jdk = ChainHasher.ofJdk(algorithm);
        ChainHasher portable = ChainHasher.portable(algorithm);
        List<ChainState> expected = new ArrayList<>();
        for (int length = 0; length <= content.length; length += 128) {
            expected.add(portable.advance(portable.initial(), 0, ByteBuffer.wrap(content, 0, length)));
        }
        for (int round = 0; round < 20_000; round++) {
            int blocks = round % expected.size();
            assertThat(jdk.advance(jdk.initial(), 0, ByteBuffer.wrap(content, 0, 128 * blocks))).isEqualTo(expected.get(blocks));
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesAnyKindOfBuffer(Algorithm algorithm) throws Exception {
        byte[] content = new byte[1024];
        new SplittableRandom(8).nextBytes(content);
        ByteBuffer direct = ByteBuffer.allocateDirect(1100).order(ByteOrder.LITTLE_ENDIAN).position(50).put(content).flip().position(50);
        for (ChainHasher hasher : all(algorithm)) {
            ChainState expected = hasher.advance(hasher.initial(), 0, ByteBuffer.wrap(content));
            assertThat(hasher.advance(hasher.initial(), 0, direct.duplicate().order(ByteOrder.LITTLE_ENDIAN))).isEqualTo(expected);
            assertThat(hasher.advance(hasher.initial(), 0, direct.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasNoStateInsideABlock(Algorithm algorithm) {
        ChainHasher hasher = ChainHasher.forAlgorithm(algorithm);
        assertThatThrownBy(() -> hasher.advance(hasher.initial(), 0, ByteBuffer.allocate(100)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
