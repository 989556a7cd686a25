package dev.darter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {

    private static final String HEX = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "sha256", "sha256:", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha512:" + HEX,
            "SHA256:" + HEX,
            "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "sha256:" + HEX + "0", "sha256:" + HEX + "\n",
            "sha256:../../../../../../../../../../../../../../../../../../../../etc/p", " sha256:" + HEX, "sha256::" + HEX})
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void comesBackFromItsText() {
        Digest digest = Digest.parse("sha256:" + HEX);
        assertThat(Digest.of(digest.algorithm(), digest.bytes())).isEqualTo(digest).hasToString("sha256:" + HEX).hasSameHashCodeAs(digest);
    }

    @Test
    void canNameOnlyContentOfThatSize() throws Exception {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            MessageDigest hash = MessageDigest.getInstance(algorithm.javaName());
            Digest nothing = Digest.of(algorithm, hash.digest());
            Digest something = Digest.of(algorithm, hash.digest(new byte[1]));
            assertThat(nothing.canName(0)).isTrue();
            assertThat(nothing.canName(1)).isFalse();
            assertThat(something.canName(0)).isFalse();
            assertThat(something.canName(1)).isTrue();
            assertThat(something.canName(-1)).isFalse();
        }
    }
}
