package dev.darter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkSetTest {

    @Test
    void behavesLikeASetOfNumbers() {
        long seed = System.nanoTime();
        System.out.println("ChunkSetTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        ChunkSet set = new ChunkSet();
        TreeSet<Integer> model = new TreeSet<>();
        for (int step = 0; step < 5000; step++) {
            int chunk = random.nextInt(80);
            switch (random.nextInt(4)) {
                case 0 -> {
                    set.remove(chunk);
                    model.remove(chunk);
                }
                case 1 -> {
                    set.addAll(ChunkSet.ofRange(chunk, chunk + 3));
                    model.addAll(List.of(chunk, chunk + 1, chunk + 2));
                }
                case 2 -> {
                    set.removeAll(ChunkSet.of(chunk, chunk + 5));
                    model.removeAll(List.of(chunk, chunk + 5));
                }
                default -> assertThat(set.add(chunk)).isEqualTo(model.add(chunk));
            }
            List<Integer> numbers = new ArrayList<>();
            set.forEach(numbers::add);
            assertThat(numbers).containsExactlyElementsOf(model);
            assertThat(set.size()).isEqualTo(model.size());
            assertThat(set.end()).isEqualTo(model.isEmpty() ? 0 : model.last() + 1);
            assertThat(set.next(chunk)).isEqualTo(model.ceiling(chunk) == null ? -1 : model.ceiling(chunk));
            assertThat(set.contains(chunk)).isEqualTo(model.contains(chunk));
            assertThat(ChunkSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
        }
    }

    @Test
    void aCopyIsASetOfItsOwn() {
        ChunkSet set = ChunkSet.of(1);
        ChunkSet copy = set.copy();
        copy.add(2);
        assertThat(set).isEqualTo(ChunkSet.of(1));
        assertThat(copy.nextMissing(1)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "1,", "-1", "1-", "3-2", "a", "1--2", "1-2-3", "4194304", "0-99999999999", "0-4,3-6", "3,3", "5,1",
            "0-4,5",
            "1,2"})
    void refusesWhatIsNoSet(String text) {
        assertThatThrownBy(() -> ChunkSet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
