package dev.darter.store;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Drives the store with random operations beside a model of what must be there, with crashes between any two writes and a disk that fills up. */
final class StoreModelTest {

    private static final int RUNS = Integer.getInteger("darter.store.runs", 150);
    private static final int MANY_RUNS = 5_000;

    @Test
    void neverServesAWrongByteAndForgetsNothingThatWasSynced() {
        run(RUNS);
    }

    @Test
    @Tag("long")
    void neverServesAWrongByteAndForgetsNothingThatWasSyncedInManyRuns() {
        run(MANY_RUNS);
    }

    private static void run(int runs) {
        long first = Long.getLong("darter.store.seed", System.nanoTime());
        for (int run = 0; run < runs; run++) {
            long seed = first + run;
            try {
                new StoreModel(new SplittableRandom(seed)).run(120);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("Repeat with -Ddarter.store.seed=" + seed + " -Ddarter.store.runs=1", e);
            }
        }
    }
}
