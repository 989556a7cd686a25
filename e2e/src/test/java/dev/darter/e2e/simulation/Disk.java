package dev.darter.e2e.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** Where a host keeps what has come: chunks are written one after the other, in the order in which they came. */
final class Disk {

    /** What fits between the network and the disk. Who reads the origin reads no further ahead of its disk. */
    private static final int MOST_AHEAD = 4;

    private final Timeline time;
    private final double bytesPerNano;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long busyUntil;
    private int unwritten;

    /** One that is never waited for, if it writes without end. */
    Disk(Timeline time, double bytesPerSecond) {
        this.time = time;
        this.bytesPerNano = bytesPerSecond / 1e9;
    }

    double bytesPerSecond() {
        return bytesPerNano * 1e9;
    }

    /** Writes a chunk behind those that have come before, then tells. */
    void write(int bytes, Runnable written) {
        if (bytesPerNano == Double.POSITIVE_INFINITY) {
            written.run();
            return;
        }
        unwritten++;
        busyUntil = Math.max(time.now(), busyUntil) + (long) (bytes / bytesPerNano);
        time.in(busyUntil - time.now(), () -> {
            unwritten--;
            written.run();
            if (!waiting.isEmpty()) {
                waiting.remove().run();
            }
        });
    }

    /** Tells when there is room for one more chunk: at once, where the disk keeps up. */
    void whenReady(Runnable ready) {
        if (unwritten < MOST_AHEAD) {
            ready.run();
        } else {
            waiting.add(ready);
        }
    }
}
