package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short versions of what {@code ./darter-sim} runs; asserts only what is exact for a seed. */
class ScenarioTest {

    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void everybodyFinishesAndTheOriginSendsEachByteOnce(Scenario scenario) {
        Measured measured = scenario.run(new Setting(20, 8 * MIB, 1));
        assertThat(measured.unfinished()).isZero();
        assertThat(measured.worstOverOwnBound()).isGreaterThanOrEqualTo(1);
        if (scenario != Scenario.FAULTS) {
            assertThat(measured.originOverSize()).isLessThanOrEqualTo(1);
            assertThat(measured.messages()).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void equalSeedsGiveEqualFigures() {
        Measured once = Scenario.FAULTS.run(new Setting(20, 8 * MIB, 3));
        Measured again = Scenario.FAULTS.run(new Setting(20, 8 * MIB, 3));
        assertThat(again).usingRecursiveComparison().ignoringFields("wallSeconds", "cpuSeconds").isEqualTo(once);
    }

    @Test
    void schedulerHearsNoMoreOfManyChunksThanOfFew() {
        Measured few = Scenario.INSTANT.run(new Setting(10, 4 * MIB, 1));
        Measured many = Scenario.INSTANT.run(new Setting(10, 32 * MIB, 1));
        assertThat(many.messages()).isLessThanOrEqualTo(few.messages() + 1);
    }
}
