package dev.darter.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class DiskTest {

    private static final long SECOND = 1_000_000_000L;

    private final Timeline time = new Timeline();
    private final List<Long> written = new ArrayList<>();

    private void run() {
        while (time.step()) {
            // Each step is one action.
        }
    }

    @Test
    void writesOneAfterTheOther() {
        Disk disk = new Disk(time, 100);
        disk.write(100, () -> written.add(time.now()));
        disk.write(50, () -> written.add(time.now()));
        run();
        assertThat(written).containsExactly(SECOND, SECOND * 3 / 2);
    }

    @Test
    void keepsNobodyWaitingWhoReadsNoFasterThanItWrites() {
        Disk disk = new Disk(time, 100);
        disk.write(100, () -> {});
        disk.whenReady(() -> written.add(time.now()));
        assertThat(written).containsExactly(0L);
    }

    @Test
    void stopsWhoReadsTooFarAhead() {
        Disk disk = new Disk(time, 100);
        for (int i = 0; i < 4; i++) {
            disk.write(100, () -> {});
        }
        disk.whenReady(() -> written.add(time.now()));
        run();
        assertThat(written).containsExactly(SECOND);
    }

    @Test
    void isNeverWaitedForWhereItWritesWithoutEnd() {
        Disk disk = new Disk(time, Double.POSITIVE_INFINITY);
        disk.write(100, () -> written.add(time.now()));
        assertThat(written).containsExactly(0L);
    }
}
