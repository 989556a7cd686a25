package dev.darter.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that runs a core of decisions: gives it events in the order in which they come, and its ticks. Nothing on it may block. An event
 * that fails is logged and the core goes on; an {@link Error} ends the thread, and {@link #problem()} says so. Thread-safe.
 */
public final class CoreLoop implements AutoCloseable {

    /** What decides. Times are nanoseconds in the manner of {@link System#nanoTime()}, but never go on while the process stands still. */
    public interface Core {

        /** When {@link #tick} is due; {@link Long#MAX_VALUE} when there is nothing to wait for. Asked after each event. */
        long nextTick();

        /** Time has passed. */
        void tick(long nowNanos);
    }

    private static final Logger LOG = LoggerFactory.getLogger(CoreLoop.class);
    private static final Duration STUCK = Duration.ofSeconds(10);

    private record Posted(LongConsumer event, CountDownLatch handled) {}

    private final String name;
    private final Core core;
    private final Duration stuck;
    /** The thread turns at least so often, so that one that has stopped can be told from one that has nothing to do. */
    private final long longestWaitNanos;
    private final ProcessClock clock = new ProcessClock(System::nanoTime);
    private final BlockingQueue<Posted> events = new LinkedBlockingQueue<>();
    private volatile long lastTurn = System.nanoTime();
    private volatile boolean closed;
    private volatile boolean ended;

    /** @param name of the thread, and of the core in what {@link #problem()} says */
    public CoreLoop(String name, Core core) {
        this(name, core, STUCK);
    }

    CoreLoop(String name, Core core, Duration stuck) {
        this.name = name;
        this.core = core;
        this.stuck = stuck;
        this.longestWaitNanos = stuck.toNanos() / 10;
    }

    /** Begins with what was posted before. */
    public void start() {
        Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Hands over an event, which is told the time; returns at once. For what this process does itself: what others do has no bound. */
    public void post(LongConsumer event) {
        add(new Posted(event, new CountDownLatch(1)));
    }

    /**
     * The same for what another host says: blocks until it was handled, so that each link has one message in the queue at most, and a host that says
     * more than the core can take is read no further. Never call it on the loop's own thread.
     */
    public void postAndAwait(LongConsumer event) {
        Posted posted = new Posted(event, new CountDownLatch(1));
        add(posted);
        try {
            posted.handled().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says so when the core does not run any more, or not for much longer than it ever waits; it must not be left to look healthy. */
    public Optional<String> problem() {
        if (ended) {
            return Optional.of(name + " has ended");
        }
        Duration still = Duration.ofNanos(System.nanoTime() - lastTurn);
        return still.compareTo(stuck) > 0 ? Optional.of(name + " has not run for " + still.toMillis() + " ms") : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        post(_ -> {});
    }

    private void add(Posted posted) {
        events.add(posted);
        if (ended) {
            drop();
        }
    }

    private void run() {
        try {
            while (!closed) {
                turn();
            }
        } catch (InterruptedException e) {
            LOG.debug("{} was interrupted", name);
        } finally {
            ended = true;
            drop();
        }
    }

    private void turn() throws InterruptedException {
        long due = core.nextTick();
        long wait = clock.until(due);
        if (wait > 0) {
            handle(events.poll(Math.min(wait, longestWaitNanos), TimeUnit.NANOSECONDS));
            return;
        }
        // A tick that is due comes before what waits: under load the queue may never be empty. Then comes all that waited: ticks may take longer
        // than the time between them.
        int waiting = events.size();
        clock.begins(due);
        run(core::tick);
        for (; waiting > 0; waiting--) {
            handle(events.poll());
        }
    }

    private void handle(@Nullable Posted posted) {
        lastTurn = System.nanoTime();
        if (posted != null) {
            try {
                run(posted.event());
            } finally {
                posted.handled().countDown();
            }
        }
    }

    private void run(LongConsumer event) {
        lastTurn = System.nanoTime();
        try {
            event.accept(clock.now());
        } catch (RuntimeException e) {
            LOG.error("{} failed", name, e);
        }
    }

    /** Lets go of those who wait for what will not be handled. */
    private void drop() {
        for (Posted posted = events.poll(); posted != null; posted = events.poll()) {
            posted.handled().countDown();
        }
    }
}
