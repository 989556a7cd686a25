package dev.darter.agent.blob;

import java.util.concurrent.atomic.LongAdder;

/** Where the bytes of one blob came from, for one host since its start. Thread-safe. */
public final class Traffic {

    /**
     * A reading of the counters.
     *
     * @param localBytes given to readers from a copy that was complete when they asked
     * @param peerBytes received from other agents
     * @param originBytes received from the registry
     */
    public record Reading(long localBytes, long peerBytes, long originBytes) {}

    private final LongAdder local = new LongAdder();
    private final LongAdder peers = new LongAdder();
    private final LongAdder origin = new LongAdder();

    void local(long bytes) {
        local.add(bytes);
    }

    void peer(long bytes) {
        peers.add(bytes);
    }

    void origin(long bytes) {
        origin.add(bytes);
    }

    /** What was counted so far. */
    public Reading read() {
        return new Reading(local.sum(), peers.sum(), origin.sum());
    }
}
