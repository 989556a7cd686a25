package dev.darter.agent.swarm;

/** Why the local readers of a blob can't be served. */
public enum Failure {
    /** The origin refused the credentials of this host's callers (401, 403), or did not find the blob for them (404). */
    DENIED,
    /** The origin asked to wait (429) and no other host has what is missing. */
    THROTTLED,
    /** Neither the origin nor any host can deliver what is missing. */
    UNAVAILABLE,
    /** What was read does not have the digest that was asked for. */
    FALSE_CONTENT
}
