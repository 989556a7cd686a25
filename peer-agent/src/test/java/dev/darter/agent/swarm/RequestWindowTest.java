package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestWindowTest {

    private static final int CHUNK = 1 << 20;
    private static final long MILLI = 1_000_000;

    /** Feeds arrivals of a neighbour whose answers come in a row, each so long after the one before. */
    private static RequestWindow after(int arrivals, long intervalNanos, long delayNanos) {
        RequestWindow window = new RequestWindow();
        window.started(0);
        long now = delayNanos;
        for (int i = 0; i < arrivals; i++) {
            now += intervalNanos;
            window.arrived(CHUNK, now - delayNanos - intervalNanos, now);
        }
        return window;
    }

    @Test
    void beginsSmall() {
        assertThat(new RequestWindow().size(CHUNK)).isEqualTo(2);
    }

    @Test
    void staysSmallOnSlowLinks() {
        assertThat(after(20, 200 * MILLI, MILLI).size(CHUNK)).isEqualTo(3);
    }

    @Test
    void growsWithTheRate() {
        assertThat(after(50, MILLI, 5 * MILLI).size(CHUNK)).isGreaterThan(8);
    }

    @Test
    void doesNotGrowWithTheSendersQueue() {
        assertThat(after(50, 40 * MILLI, 4_000 * MILLI).size(CHUNK)).isLessThanOrEqualTo(4);
    }

    @Test
    void measuresTheUsualAnswer() {
        assertThat(after(100, 10 * MILLI, 20 * MILLI).responseNanos()).isBetween(29 * MILLI, 31 * MILLI);
    }
}
