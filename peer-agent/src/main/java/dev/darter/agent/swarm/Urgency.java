package dev.darter.agent.swarm;

/** How soon a chunk is needed. Each has data connections of its own, so that none waits behind what is less urgent. */
public enum Urgency {
    /** Goes in front of a sender's queue. */
    URGENT,
    NORMAL,
    /** Asked for because there seems to be room for it: sent when nobody needs anything sooner. */
    SPARE
}
