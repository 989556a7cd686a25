package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.HostId;

/**
 * Everything that a scheduler decides: who is in the cluster, who holds what, who trades with whom, who reads the origin.
 *
 * <p>Pure and not thread-safe: the shell guards it with one lock. Times are nanoseconds of a clock that never goes back.
 */
public final class SchedulerCore {

    /** A scheduler that starts at {@code nowNanos} and knows nobody. */
    public SchedulerCore(String name, RandomGenerator random, long nowNanos) {}

    /** An agent said something; its first message is a {@code Hello} with its own name. Says what to tell whom, in this order. */
    public List<Outgoing> onMessage(HostId from, AgentMessage message, long nowNanos) {
        return new ArrayList<>();
    }

    /** The link to an agent is lost. When an agent comes back on a second link, tell the loss of the first before its hello. */
    public List<Outgoing> onLinkLost(HostId host, long nowNanos) {
        return new ArrayList<>();
    }

    /** Time has passed; harmless at any time. */
    public List<Outgoing> onTick(long nowNanos) {
        return new ArrayList<>();
    }

    /** When {@link #onTick} is due; {@link Long#MAX_VALUE} when there is nothing to wait for. Ask after each call. */
    public long nextTick() {
        return Long.MAX_VALUE;
    }
}
