package dev.darter.agent.swarm;

/** How a request for a chunk ended. */
public enum FetchOutcome {
    /** The bytes are on disk and agree with the chain as far as it is known. Whether they may be served is told by {@link Event.Gained}. */
    STORED,
    /** The bytes contradict states that are vouched for: the sender is damaged or lies. */
    CORRUPT,
    /** The last chunk does not lead from a state that is vouched for to the blob's name: its sender or that state's signer is wrong. */
    UNCLOSED,
    /** The bytes contradict mere claims: somebody is wrong, and it is not known who. */
    DOUBTFUL,
    /** The sender answered 410: the request was still queued when its withdrawal came. */
    WITHDRAWN,
    /** The sender does not have the chunk after all, or does not serve it to this host. */
    MISSING,
    /** The connection broke or could not be opened. */
    BROKEN
}
