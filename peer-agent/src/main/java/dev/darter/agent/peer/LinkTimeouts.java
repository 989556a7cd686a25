package dev.darter.agent.peer;

import java.time.Duration;

/**
 * How long a neighbour is waited for.
 *
 * @param connect for a connection
 * @param hello for the first message over a control socket
 * @param stall for the next byte of a body. The beginning of an answer has no limit here: a chunk waits for its turn in the neighbour's queue, and
 *            the engine decides for how long
 */
public record LinkTimeouts(Duration connect, Duration hello, Duration stall) {

    public static final LinkTimeouts DEFAULT = new LinkTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(20));
}
