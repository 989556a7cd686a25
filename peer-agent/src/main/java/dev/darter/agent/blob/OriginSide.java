package dev.darter.agent.blob;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Readings of one download's origin that are under way: one in order, and some out of order. Not thread-safe: guarded by its download's lock. */
final class OriginSide {

    private final Download download;
    private final Set<LoneReader> alone = new HashSet<>();
    private @Nullable OriginReader inOrder;

    OriginSide(Download download) {
        this.download = download;
    }

    /** Begins to read in order; an earlier such reading ends. */
    void read(long epoch, int from, int to) {
        stopInOrder();
        OriginReader fresh = new OriginReader(download, epoch, from, to);
        inOrder = fresh;
        fresh.start();
    }

    /** Begins to read some chunks, beside what else is being read. */
    void readAlone(long epoch, int from, int to) {
        LoneReader fresh = new LoneReader(download, epoch, from, to);
        alone.add(fresh);
        fresh.start();
    }

    /** A reading has ended by itself. */
    void ended(OriginTask task) {
        alone.remove(task);
        if (inOrder == task) {
            inOrder = null;
        }
    }

    /** Ends all reading under this lease. */
    void stop(long epoch) {
        if (inOrder != null && inOrder.epoch() == epoch) {
            stopInOrder();
        }
        alone.stream().filter(task -> task.epoch() == epoch).forEach(OriginTask::stop);
        alone.removeIf(OriginTask::isStopped);
    }

    /** Ends all reading. */
    void stop() {
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
