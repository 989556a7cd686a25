package dev.darter.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.google.protobuf.CodedInputStream;
import org.junit.jupiter.api.Test;

import dev.darter.protocol.Digest;

final class FieldsTest {

    private static final String EXAMPLE = "sha256:" + "0a".repeat(32);

    /** The example of protobuf's own description of its encoding: field 1 is 150, field 2 is "testing". */
    @Test
    void writesAsDescribed() {
        byte[] encoded = new Fields().number(1, 150).text(2, "testing").encode();

        assertThat(HexFormat.of().formatHex(encoded)).isEqualTo("089601" + "120774657374696e67");
    }

    @Test
    void readsContentAndPassesOverWhatItDoesNotKnow() throws IOException {
        byte[] encoded = new Fields().text(1, EXAMPLE)
                .number(2, 1L << 40)
                .message(3, new Fields().number(1, 1_700_000_000))
                .map(5, Map.of("containerd.io/distribution.source.ghcr.io", "team/app", "other", "x"))
                .number(99, 7)
                .encode();

        ContentInfo info = ContentInfo.read(CodedInputStream.newInstance(encoded)).orElseThrow();

        assertThat(info.digest()).hasToString(EXAMPLE);
        assertThat(info.size()).isEqualTo(1L << 40);
        assertThat(info.sources()).containsExactly("ghcr.io");
    }

    @Test
    void seesThatLayersWereDiscarded() {
        assertThat(labelled("containerd.io/gc.ref.content.config").lostLayers()).isTrue();
        assertThat(labelled("containerd.io/gc.ref.content.config", "containerd.io/gc.ref.content.l.0").lostLayers()).isFalse();
        assertThat(labelled("containerd.io/gc.ref.content.m.0").lostLayers()).as("an index").isFalse();
        assertThat(labelled().lostLayers()).as("a layer").isFalse();
    }

    private static ContentInfo labelled(String... labels) {
        return new ContentInfo(Digest.parse(EXAMPLE), 1, Arrays.stream(labels).collect(Collectors.toMap(label -> label, _ -> EXAMPLE)));
    }

    @Test
    void contentOfAnUnknownAlgorithmIsPassedOver() throws IOException {
        assertThat(ContentInfo.read(CodedInputStream.newInstance(new Fields().text(1, "blake3:00").encode()))).isEmpty();
    }

    @Test
    void refusesAnotherType() {
        CodedInputStream number = CodedInputStream.newInstance(new Fields().number(1, 5).encode());

        assertThatThrownBy(() -> ContentInfo.read(number)).isInstanceOf(IOException.class).hasMessageContaining("another type");
    }

    @Test
    void refusesWhatEndsEarly() {
        byte[] whole = new Fields().text(1, EXAMPLE).number(2, 300).encode();
        List<Integer> accepted = new ArrayList<>();
        for (int length = 1; length < whole.length; length++) {
            try {
                if (ContentInfo.read(CodedInputStream.newInstance(whole, 0, length)).isPresent()) {
                    accepted.add(length);
                }
            } catch (IOException expected) {
                assertThat(expected).hasMessageNotContaining("another type");
            }
        }
        // Only where a field ends is a shorter message a message.
        assertThat(accepted).containsExactly(whole.length - 3);
    }
}
