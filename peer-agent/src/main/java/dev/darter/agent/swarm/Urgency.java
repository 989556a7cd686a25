package dev.darter.agent.swarm;

/** How soon a chunk is needed. Urgent ones have a data connection of their own and go in front of a sender's queue. */
public enum Urgency {
    NORMAL,
    URGENT
}
