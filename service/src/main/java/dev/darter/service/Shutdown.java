package dev.darter.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the parts of a process in the reverse of the order in which they were started. All parts together have one deadline: a part that
 * needs long leaves less to those after it, and one that fails does not keep the others from being stopped. Thread-safe.
 */
public final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final LongSupplier nanoTime;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread hook;
    private boolean begun;

    /** Stops a part. */
    @FunctionalInterface
    public interface Step {

        /** Stops within the given time, blocking; zero means at once. */
        void stop(Duration remaining) throws Exception;
    }

    private record Part(String name, Step step) {}

    /** Nothing to stop yet. */
    public Shutdown() {
        this(System::nanoTime);
    }

    Shutdown(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Adds a part that has just been started; it will be stopped before those that were added earlier. */
    public synchronized void add(String name, Step step) {
        parts.push(new Part(name, step));
    }

    /**
     * Stops all parts, once; a second caller waits for the first.
     *
     * @param patience for all parts together
     */
    public void run(Duration patience) throws InterruptedException {
        if (!begin()) {
            stopped.await();
            return;
        }
        long deadline = nanoTime.getAsLong() + patience.toNanos();
        Part part;
        while ((part = next()) != null) {
            try {
                part.step().stop(Duration.ofNanos(Math.max(0, deadline - nanoTime.getAsLong())));
            } catch (Exception e) {
                LOG.warn("{} did not stop in order", part.name(), e);
            }
        }
        stopped.countDown();
    }

    private synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    private synchronized @Nullable Part next() {
        return parts.poll();
    }

    /**
     * Has SIGTERM and SIGINT stop the parts and then end the process with status 0: an asked-for end is no failure.
     *
     * @param patience for all parts together
     */
    public synchronized void onSignals(Duration patience) {
        hook = new Thread(() -> runAndHalt(patience), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Has signals end the process at once again. */
    public synchronized void offSignals() {
        if (hook != null) {
            Runtime.getRuntime().removeShutdownHook(hook);
            hook = null;
        }
    }

    private void runAndHalt(Duration patience) {
        try {
            run(patience);
        } catch (InterruptedException e) {
            LOG.warn("interrupted while stopping", e);
        }
        Runtime.getRuntime().halt(0);
    }

    /** Blocks until all parts were stopped. */
    public void await() throws InterruptedException {
        stopped.await();
    }
}
