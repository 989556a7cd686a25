package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.darter.store.EvictionPolicy.Candidate;

final class EvictionPolicyTest {

    private final EvictionPolicy policy = new EvictionPolicy(100, 90, 70);

    private static Candidate<String> candidate(String name, long bytes, int lastUsed) {
        return new Candidate<>(name, bytes, Instant.ofEpochSecond(lastUsed));
    }

    private static Optional<List<String>> names(Optional<List<Candidate<String>>> victims) {
        return victims.map(list -> list.stream().map(Candidate::item).toList());
    }

    private final List<Candidate<String>> three = List.of(candidate("young", 30, 3), candidate("old", 10, 1), candidate("middle", 20, 2));

    @Test
    void deletesNothingBelowTheHighWatermark() {
        assertThat(names(policy.victims(three, 60, 30))).contains(List.of());
    }

    @Test
    void deletesTheOldestDownToTheLowWatermark() {
        assertThat(names(policy.victims(three, 60, 31))).contains(List.of("old", "middle"));
        assertThat(names(policy.victims(three, 60, 50))).contains(List.of("old", "middle", "young"));
    }

    @Test
    void takesABlobThatFitsThoughTheLowWatermarkIsOutOfReach() {
        assertThat(names(policy.victims(three, 80, 75))).contains(List.of("old", "middle", "young"));
    }

    @Test
    void deletesNothingForABlobThatCanNotFit() {
        assertThat(names(policy.victims(three, 60, 101))).isEmpty();
        assertThat(names(policy.victims(List.of(), 60, 41))).isEmpty();
    }
}
