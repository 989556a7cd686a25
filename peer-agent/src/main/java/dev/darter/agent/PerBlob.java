package dev.darter.agent;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;

/**
 * Work on blobs that may block, off the thread that asks for it: for each blob one task after the other in the order in which they came, for
 * different blobs at the same time. Thread-safe.
 */
final class PerBlob implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PerBlob.class);

    /** The tasks that wait; a blob whose tasks are being worked off has an entry. Guarded by this object's lock, which is held for moments. */
    private final Map<BlobKey, ArrayDeque<Runnable>> waiting = new HashMap<>();
    private boolean closed;

    /** Returns at once. */
    synchronized void execute(BlobKey blob, Runnable task) {
        if (closed) {
            return;
        }
        ArrayDeque<Runnable> tasks = waiting.get(blob);
        if (tasks == null) {
            tasks = new ArrayDeque<>();
            waiting.put(blob, tasks);
            Thread.ofVirtual().name("work on " + blob.digest()).start(() -> workOff(blob));
        }
        tasks.add(task);
    }

    private void workOff(BlobKey blob) {
        for (Runnable task = next(blob); task != null; task = next(blob)) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("Work on {} failed", blob.digest(), e);
            }
        }
    }

    private synchronized @Nullable Runnable next(BlobKey blob) {
        ArrayDeque<Runnable> tasks = waiting.get(blob);
        Runnable task = tasks == null ? null : tasks.poll();
        if (task == null) {
            waiting.remove(blob);
        }
        return task;
    }

    /** Drops what waits and takes no more. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.values().forEach(ArrayDeque::clear);
    }
}
