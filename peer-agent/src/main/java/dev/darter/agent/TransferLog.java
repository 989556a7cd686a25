package dev.darter.agent;

import dev.darter.protocol.Digest;

/**
 * Where the bytes of blobs came from. The admin listener shows it as {@code GET /transfers/<digest>}; {@code darter pull} asks before and after a blob
 * and shows the difference. Thread-safe.
 */
public interface TransferLog {

    /** What was counted for a blob since the process began; all zero for one that was never asked for. */
    TransferBytes bytesOf(Digest digest);

    /**
     * Counters, which only grow.
     *
     * @param local given to readers from what was complete on disk when they asked
     * @param peers received from other agents
     * @param origin received from the registry
     */
    record TransferBytes(long local, long peers, long origin) {
        /** Nothing was counted. */
        public static final TransferBytes NONE = new TransferBytes(0, 0, 0);
    }
}
