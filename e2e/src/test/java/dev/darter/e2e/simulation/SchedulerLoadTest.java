package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short version of {@code ./darter-sim scheduler-load}; how fast it went is no business of a test. */
class SchedulerLoadTest {

    private static final SchedulerLoad.Size SMALL = new SchedulerLoad.Size(500, 50, 2_000, 8, 1);

    @Test
    void equalSeedsTellEqualEventsAndHearEqualAnswers() {
        SchedulerLoad.Figures once = SchedulerLoad.run(SMALL);
        SchedulerLoad.Figures again = SchedulerLoad.run(SMALL);
        assertThat(again.events()).isEqualTo(once.events());
        assertThat(again.answers()).isEqualTo(once.answers());
        assertThat(again.swarms()).isEqualTo(once.swarms());
    }

    @Test
    void agentsPullAndAreGivenPlaces() {
        SchedulerLoad.Figures figures = SchedulerLoad.run(SMALL);
        // Signs of life alone are 500 / 5 * 8, and each pull is a join, a place, and mostly an end.
        assertThat(figures.events()).isGreaterThan(800 + 2 * 300);
        assertThat(figures.answers()).isGreaterThan(300);
        assertThat(figures.swarms()).isPositive();
        assertThat(figures.stateBytes()).isPositive();
    }
}
