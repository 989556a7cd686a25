package dev.darter.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import org.junit.jupiter.api.Test;

class PausesTest {

    private final long seed = System.nanoTime() % 1_000_000;
    private final Pauses pauses = new Pauses(new Random(seed));

    @Test
    void comesBackWhileANewSchedulerStillWaitsForInventories() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(pauses.nextMillis()).as("pause %d, seed %d", i, seed).isBetween(50L, 1_500L);
        }
    }

    @Test
    void beginsQuicklyAgainWhenASchedulerWasFound() {
        for (int i = 0; i < 10; i++) {
            pauses.nextMillis();
        }
        assertThat(pauses.nextMillis()).as("seed %d", seed).isGreaterThanOrEqualTo(500);
        pauses.reset();
        assertThat(pauses.nextMillis()).as("seed %d", seed).isLessThan(150);
    }
}
