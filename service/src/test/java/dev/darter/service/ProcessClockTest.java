package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

final class ProcessClockTest {

    private final AtomicLong time = new AtomicLong(5);
    private final ProcessClock clock = new ProcessClock(time::get);

    @Test
    void runsWhileThisProcessRuns() {
        waitFor(100, 101);
        assertThat(clock.now()).isEqualTo(5 + millis(101));
    }

    @Test
    void standsStillWhileThisProcessIsStopped() {
        waitFor(100, 9_000);
        waitFor(100, 100);
        assertThat(clock.now()).isEqualTo(5 + millis(200));
    }

    @Test
    void doesNotGoBackForWhatWasDueLongAgo() {
        time.addAndGet(millis(1_000));
        assertThat(clock.now()).isEqualTo(5 + millis(1_000));
        clock.begins(7);
        assertThat(clock.now()).isEqualTo(5 + millis(1_000));
        assertThat(clock.until(5 + millis(1_001))).isEqualTo(millis(1));
    }

    private void waitFor(long askedMillis, long tookMillis) {
        long due = clock.now() + millis(askedMillis);
        time.addAndGet(millis(tookMillis));
        clock.begins(due);
    }

    private static long millis(long count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }
}
