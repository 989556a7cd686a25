package dev.darter.agent.swarm;

import dev.darter.protocol.HostId;

/** A chunk that was asked for and has not come yet. */
final class Request {

    final long id;
    final Swarm swarm;
    final int chunk;
    final HostId from;
    final long askedAt;
    final Purpose purpose;
    /** Somebody waits for just this chunk, and the sender knows. */
    boolean isUrgent;
    boolean isWithdrawn;
    long withdrawnAt;
    /** When its first bytes came; 0 before. */
    long startedAt;

    /** Why a chunk was asked for at this neighbour. */
    enum Purpose {
        TREE,
        MESH,
        END_GAME
    }

    Request(long id, Swarm swarm, int chunk, HostId from, long askedAt, Purpose purpose) {
        this.id = id;
        this.swarm = swarm;
        this.chunk = chunk;
        this.from = from;
        this.askedAt = askedAt;
        this.purpose = purpose;
    }
}
