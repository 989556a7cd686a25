package dev.darter.agent.blob;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Readings of one download's origin that are under way: one in order, and some out of order. Thread-safe. */
final class OriginSide {

    private final Download download;
    private final Set<LoneReader> alone = new HashSet<>();
    private @Nullable OriginReader inOrder;
    private boolean over;

    OriginSide(Download download) {
        this.download = download;
    }

    /** Begins to read in order, to the end for a {@code to} of -1; an earlier such reading ends. */
    synchronized void read(long epoch, int from, int to) {
        if (!over) {
            stopInOrder();
            inOrder = new OriginReader(download, epoch, from, to);
            inOrder.start();
        }
    }

    /** Begins to read some chunks, beside what else is being read. */
    synchronized void readAlone(long epoch, int from, int to) {
        if (!over) {
            LoneReader fresh = new LoneReader(download, epoch, from, to);
            alone.add(fresh);
            fresh.start();
        }
    }

    /** A reading has ended by itself. */
    synchronized void ended(OriginTask task) {
        alone.remove(task);
        if (inOrder == task) {
            inOrder = null;
        }
    }

    /** Ends all reading under this lease. */
    synchronized void stop(long epoch) {
        if (inOrder != null && inOrder.epoch() == epoch) {
            stopInOrder();
        }
        alone.stream().filter(task -> task.epoch() == epoch).forEach(OriginTask::stop);
        alone.removeIf(OriginTask::isStopped);
    }

    /** Ends all reading; no other begins. */
    synchronized void stop() {
        over = true;
        stopInOrder();
        alone.forEach(OriginTask::stop);
        alone.clear();
    }

    private void stopInOrder() {
        if (inOrder != null) {
            inOrder.stop();
            inOrder = null;
        }
    }
}
