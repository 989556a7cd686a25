package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Everything that one host decides about its downloads and its uplink, over all blobs.
 *
 * <p>Not thread-safe: the shell guards it with one lock. Times are nanoseconds of a clock that never goes back, such as
 * {@link System#nanoTime}; the engine reads none itself.
 */
public final class SwarmEngine {

    /** An engine that knows nobody and holds nothing. Equal seeds and equal events give equal commands. */
    public SwarmEngine(EngineOptions options, RandomGenerator random) {}

    /** Takes notice of an event and says what to do now, in this order. */
    public List<Command> on(Event event, long nowNanos) {
        return new ArrayList<>();
    }

    /** When the next {@link Event.Tick} is due; {@link Long#MAX_VALUE} when there is nothing to wait for. Ask after each event. */
    public long nextTick() {
        return Long.MAX_VALUE;
    }
}
