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
    void everybodyFinishesInTimeAndTheOriginSendsEachByteOnce(Scenario scenario) {
        for (int seed = 1; seed <= 3; seed++) {
            Measured measured = scenario.run(new Setting(20, 256 * MIB, seed));
            assertThat(measured.unfinished()).isZero();
            assertThat(measured.worstOverOwnBound()).isGreaterThanOrEqualTo(1);
            assertThat(measured.lastOverBound()).isLessThanOrEqualTo(most(scenario));
            assertThat(measured.originOverSize()).isLessThanOrEqualTo(mostFromOrigin(scenario));
            assertThat(measured.zoneLinkOverSize()).isLessThanOrEqualTo(1.05);
            assertThat(measured.messages()).isLessThanOrEqualTo(20);
        }
    }

    /** What holds now, over the lower bound. What is to hold in the end is in docs/simulation.md: lower these when it is nearer. */
    private static double most(Scenario scenario) {
        return switch (scenario) {
            case CROWD, FAST_ORIGIN, INSTANT, SPREAD -> 1.05;
            case SLOW_ORIGIN -> 1.02;
            case ROUGH -> 1.12;
            case QUEUED -> 1.22;
            case LAYERS, TWO_IMAGES -> 1.10;
            case UNEQUAL_KNOWN -> 1.12;
            case UNEQUAL_UNKNOWN -> 2.5;
            case FAULTS -> 1.3;
            case SLOW_DISKS, ZONES -> 1.06;
        };
    }

    private static double mostFromOrigin(Scenario scenario) {
        return switch (scenario) {
            // What is on its way when the lease goes to another host is sent again.
            case FAULTS, UNEQUAL_KNOWN, UNEQUAL_UNKNOWN -> 1.02;
            default -> 1;
        };
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
