package dev.darter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** Drives the store with random operations beside a model of what must be there, with crashes between any two writes and a disk that fills up. */
final class StoreModelTest {

    private static final int RUNS = Integer.getInteger("darter.store.runs", 150);

    @Test
    void neverServesAWrongByteAndForgetsNothingThatWasSynced() {
        long first = Long.getLong("darter.store.seed", System.nanoTime());
        for (int run = 0; run < RUNS; run++) {
            long seed = first + run;
            try {
                new StoreModel(new SplittableRandom(seed)).run(120);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("Repeat with -Ddarter.store.seed=" + seed + " -Ddarter.store.runs=1", e);
            }
        }
        assertThat(RUNS).isPositive();
    }
}
