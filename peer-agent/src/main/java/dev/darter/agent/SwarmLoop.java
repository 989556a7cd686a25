package dev.darter.agent;

import java.util.Optional;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.swarm.Command;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.SwarmEngine;
import dev.darter.service.CoreLoop;

/** Runs the swarm engine on a thread of its own, and has its commands carried out there. Nothing that a command does may block. */
final class SwarmLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SwarmLoop.class);

    private final SwarmEngine engine;
    private final CoreLoop loop;
    private volatile Consumer<Command> commands = command -> LOG.error("{} before there was anybody to carry it out", command);

    SwarmLoop(SwarmEngine engine) {
        this.engine = engine;
        this.loop = new CoreLoop("darter-swarm", new CoreLoop.Core() {
            @Override
            public long nextTick() {
                return engine.nextTick();
            }

            @Override
            public void tick(long nowNanos) {
                handle(new Event.Tick(), nowNanos);
            }
        });
    }

    /** Begins to hand events to the engine, those that were posted before first, and its commands to whoever carries them out. */
    void start(Consumer<Command> carriesOut) {
        commands = carriesOut;
        loop.start();
    }

    /** Hands an event to the engine. Any thread; returns at once, but where others speak: a link is read no faster than the engine works. */
    void post(Event event) {
        switch (event) {
            case Event.FromPeer _,Event.FromScheduler _ -> loop.postAndAwait(now -> handle(event, now));
            default -> loop.post(now -> handle(event, now));
        }
    }

    /** What keeps the engine from running, if anything does. */
    Optional<String> problem() {
        return loop.problem();
    }

    @Override
    public void close() {
        loop.close();
    }

    private void handle(Event event, long now) {
        try {
            LOG.trace("{}", event);
            engine.on(event, now).forEach(this::carryOut);
        } catch (RuntimeException e) {
            LOG.error("The swarm engine failed on {}", event, e);
        }
    }

    private void carryOut(Command command) {
        try {
            LOG.trace("-> {}", command);
            commands.accept(command);
        } catch (RuntimeException e) {
            LOG.error("Could not carry out {}", command, e);
        }
    }
}
