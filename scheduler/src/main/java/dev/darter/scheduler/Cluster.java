package dev.darter.scheduler;

import java.util.random.RandomGenerator;

/**
 * What all swarms of a scheduler share.
 *
 * @param settling no lease is granted before it is over: inventories have to arrive first, so that nothing is read that somebody holds
 */
record Cluster(Membership membership, Holdings holdings, Silenced silenced, Throttles throttles, Gifts gifts, Outbox outbox,
        SwarmShape shape, RandomGenerator random, Settling settling) {}
