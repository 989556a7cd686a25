package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class TimelineTest {

    private record Action(long at, int order) {}

    /** Times in the slot at hand, on the wheel and far beyond it, planned before and while others run. */
    @Test
    void runsEverythingInTheOrderOfTimeAndOfPlanningWhereTimesAreEqual() {
        Timeline time = new Timeline();
        Random random = new Random(7);
        List<Action> planned = new ArrayList<>();
        List<Action> run = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            plan(time, random, planned, run);
        }
        while (time.step()) {
            assertThat(time.now()).isEqualTo(run.getLast().at);
        }
        assertThat(run).hasSizeGreaterThan(2_500)
                .containsExactlyElementsOf(
                        planned.stream().sorted(Comparator.comparingLong(Action::at).thenComparingInt(Action::order)).toList());
    }

    private static void plan(Timeline time, Random random, List<Action> planned, List<Action> run) {
        long[] reaches = {10, 200_000, 900_000_000L, 40_000_000_000L};
        long delay = (long) (random.nextDouble() * reaches[random.nextInt(reaches.length)]);
        Action action = new Action(time.now() + delay, planned.size());
        planned.add(action);
        time.in(delay, () -> {
            run.add(action);
            if (random.nextInt(3) == 0) {
                plan(time, random, planned, run);
            }
        });
    }
}
