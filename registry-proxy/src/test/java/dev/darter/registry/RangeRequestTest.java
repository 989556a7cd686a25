package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.registry.RangeRequest.Parts;
import dev.darter.registry.RangeRequest.Unsatisfiable;
import dev.darter.registry.RangeRequest.Whole;

class RangeRequestTest {

    @ParameterizedTest
    @CsvSource({"bytes=0-0,0,0", "bytes=5-,5,99", "bytes=-7,93,99", "bytes=90-500,90,99", "bytes=-500,0,99", "BYTES=1-2,1,2",
            "' bytes=1-2',,", "bytes= 1-2 ,1,2", "'bytes=,3-4,',3,4"})
    void readsOneRange(String header, Long first, Long last) {
        RangeRequest expected = first == null ? new Whole() : new Parts(List.of(new ByteRange(first, last)));
        assertThat(RangeRequest.parse(Optional.of(header), 100)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=100-,200-300"})
    void knowsRangesThatTheBlobDoesNotHave(String header) {
        assertThat(RangeRequest.parse(Optional.of(header), 100)).isEqualTo(new Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes=", "bytes=,", "bytes=a-b", "bytes=5-4", "bytes=-", "bytes=--5", "bytes=1-2-3", "items=0-1",
            "bytes=0x1-2", "bytes=+1-2", "bytes=1-2;q=1", "bytes=1-2,x", "bytes=99999999999999999999-", "bytes=١-٢"})
    void ignoresWhatIsNoRange(String header) {
        assertThat(RangeRequest.parse(Optional.of(header), 100)).isEqualTo(new Whole());
    }

    @Test
    void sendsTheWholeInsteadOfManyTimesTheSameOrTooManyPieces() {
        assertThat(RangeRequest.parse(Optional.of("bytes=0-,0-,0-"), 100)).isEqualTo(new Whole());
        String many = IntStream.range(0, 1000).mapToObj(i -> 2 * i + "-" + 2 * i).collect(Collectors.joining(",", "bytes=", ""));
        assertThat(RangeRequest.parse(Optional.of(many), 1_000_000)).isEqualTo(new Whole());
    }

    @Test
    void hasNothingToOfferOfAnEmptyBlob() {
        assertThat(RangeRequest.parse(Optional.of("bytes=0-"), 0)).isEqualTo(new Unsatisfiable());
        assertThat(RangeRequest.parse(Optional.empty(), 0)).isEqualTo(new Whole());
    }

    @Test
    void knowsWhatWillBeRead() {
        OptionalLong size = OptionalLong.of(100);
        assertThat(RangeRequest.wanted(Optional.empty(), size)).isEqualTo(WantedBytes.all());
        assertThat(RangeRequest.wanted(Optional.of("nonsense"), size)).isEqualTo(WantedBytes.all());
        assertThat(RangeRequest.wanted(Optional.of("bytes=100-"), size)).isEqualTo(WantedBytes.all());
        assertThat(RangeRequest.wanted(Optional.of("bytes=70-"), size)).as("a pull that goes on").isEqualTo(new WantedBytes.ToTheEnd(70));
        assertThat(RangeRequest.wanted(Optional.of("bytes=70-99"), size)).isEqualTo(parts(new ByteRange(70, 99)));
        assertThat(RangeRequest.wanted(Optional.of("bytes=-30"), size)).isEqualTo(parts(new ByteRange(70, 99)));
        assertThat(RangeRequest.wanted(Optional.of("bytes=500-,20-, 3-5"), size))
                .isEqualTo(parts(new ByteRange(20, 99), new ByteRange(3, 5)));
    }

    @Test
    void knowsWhatWillBeReadOfABlobOfUnknownSize() {
        OptionalLong unknown = OptionalLong.empty();
        assertThat(RangeRequest.wanted(Optional.of("bytes=700-"), unknown)).isEqualTo(new WantedBytes.ToTheEnd(700));
        assertThat(RangeRequest.wanted(Optional.of("bytes=700-800"), unknown)).isEqualTo(parts(new ByteRange(700, 800)));
        assertThat(RangeRequest.wanted(Optional.of("bytes=800-700"), unknown)).isEqualTo(WantedBytes.all());
        assertThat(RangeRequest.wanted(Optional.of("bytes=-700"), unknown)).isEqualTo(WantedBytes.all());
        assertThat(RangeRequest.wanted(Optional.of("bytes=-"), unknown)).isEqualTo(WantedBytes.all());
        assertThat(RangeRequest.wanted(Optional.empty(), unknown)).isEqualTo(WantedBytes.all());
    }

    private static WantedBytes parts(ByteRange... ranges) {
        return new WantedBytes.Parts(List.of(ranges));
    }

    /** Every valid set of ranges selects, in order, the bytes that a reader of the RFC with pencil and paper would select. */
    @Test
    void selectsWhatANaiveReaderOfTheRfcSelects() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            int size = random.nextInt(30);
            List<String> specs = new ArrayList<>();
            List<List<Long>> expected = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                int first = random.nextInt(40);
                int last = first + random.nextInt(10);
                int suffix = random.nextInt(40);
                int from = size;
                switch (random.nextInt(3)) {
                    case 0 -> specs.add(first + "-" + last);
                    case 1 -> specs.add(first + "-");
                    default -> specs.add("-" + suffix);
                }
                String spec = specs.getLast();
                List<Long> bytes = LongStream.range(0, size)
                        .filter(at -> spec.startsWith("-")
                                ? at >= from - suffix
                                : at >= first && (spec.endsWith("-") || at <= last))
                        .boxed()
                        .toList();
                if (!bytes.isEmpty()) {
                    expected.add(bytes);
                }
            }
            String header = "bytes=" + String.join(", ", specs);
            RangeRequest actual = RangeRequest.parse(Optional.of(header), size);
            assertThat(actual).as("seed %s, size %s, %s", seed, size, header).isEqualTo(naive(expected, size));
        }
    }

    private static RangeRequest naive(List<List<Long>> expected, int size) {
        if (expected.isEmpty()) {
            return new Unsatisfiable();
        }
        if (expected.stream().mapToInt(List::size).sum() > size) {
            return new Whole();
        }
        return new Parts(expected.stream().map(bytes -> new ByteRange(bytes.getFirst(), bytes.getLast())).toList());
    }
}
