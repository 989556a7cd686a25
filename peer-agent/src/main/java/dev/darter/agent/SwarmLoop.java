package dev.darter.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.swarm.Command;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.SwarmEngine;
import dev.darter.service.ProcessClock;

/**
 * The one thread that runs the swarm engine: takes events in the order in which they come, gives the engine its ticks, and has its commands
 * carried out. Nothing that a command does may block.
 */
final class SwarmLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SwarmLoop.class);

    private static final Duration STUCK = Duration.ofSeconds(10);

    private final SwarmEngine engine;
    private final ProcessClock clock = new ProcessClock(System::nanoTime);
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile long lastTurn = System.nanoTime();
    private volatile boolean closed;

    SwarmLoop(SwarmEngine engine) {
        this.engine = engine;
    }

    /** Begins to hand events to the engine, those that were posted before first, and its commands to whoever carries them out. */
    void start(Consumer<Command> commands) {
        Thread.ofPlatform().name("darter-swarm").daemon().start(() -> run(commands));
    }

    /** Hands an event to the engine. Any thread; returns at once. */
    void post(Event event) {
        events.add(event);
    }

    /** Says so when the engine has not run for much longer than it ever waits; it must not be left to look healthy. */
    Optional<String> problem() {
        Duration still = Duration.ofNanos(System.nanoTime() - lastTurn);
        return still.compareTo(STUCK) > 0 ? Optional.of("the swarm engine has not run for " + still.toSeconds() + " s") : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        events.add(new Event.Tick());
    }

    private void run(Consumer<Command> commands) {
        while (!closed) {
            try {
                long due = engine.nextTick();
                long wait = clock.until(due);
                // A tick that is due comes before what waits: under load the queue may never be empty.
                Event event = wait <= 0 ? null : events.poll(wait, TimeUnit.NANOSECONDS);
                if (event == null) {
                    clock.begins(due);
                }
                lastTurn = System.nanoTime();
                handle(event == null ? new Event.Tick() : event, commands);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void handle(Event event, Consumer<Command> commands) {
        try {
            LOG.trace("{}", event);
            engine.on(event, clock.now()).forEach(command -> carryOut(command, commands));
        } catch (RuntimeException e) {
            LOG.error("The swarm engine failed on {}", event, e);
        }
    }

    private static void carryOut(Command command, Consumer<Command> commands) {
        try {
            LOG.trace("-> {}", command);
            commands.accept(command);
        } catch (RuntimeException e) {
            LOG.error("Could not carry out {}", command, e);
        }
    }
}
