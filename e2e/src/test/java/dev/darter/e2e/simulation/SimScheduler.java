package dev.darter.e2e.simulation;

import java.util.List;
import java.util.Random;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.HostId;
import dev.darter.scheduler.Outgoing;
import dev.darter.scheduler.SchedulerCore;
import dev.darter.scheduler.SwarmShape;

/** The real scheduler core behind links with a delay. */
final class SimScheduler {

    private final Cluster cluster;
    private final SchedulerCore core;
    private long messages;
    private long signsOfLife;
    private long sent;
    private long nextTick = Long.MAX_VALUE;
    private boolean isAlive = true;

    SimScheduler(Cluster cluster, SwarmShape shape, Random random) {
        this.cluster = cluster;
        this.core = new SchedulerCore("scheduler", shape, random, cluster.time().now());
    }

    void receive(HostId from, AgentMessage message) {
        if (isAlive) {
            messages++;
            signsOfLife += message instanceof AgentMessage.Alive ? 1 : 0;
            deliver(core.onMessage(from, message, cluster.time().now()));
        }
    }

    void linkLost(HostId host) {
        if (isAlive) {
            deliver(core.onLinkLost(host, cluster.time().now()));
        }
    }

    boolean isAlive() {
        return isAlive;
    }

    /** Ends it; all hosts notice at once. */
    void die() {
        isAlive = false;
        cluster.hosts().forEach(SimHost::schedulerLost);
    }

    /** Messages from all agents so far. */
    long messages() {
        return messages;
    }

    /** Those of them that only say that their sender lives: they come by time, whatever is downloaded. */
    long signsOfLife() {
        return signsOfLife;
    }

    /** Messages to all agents so far. */
    long sent() {
        return sent;
    }

    private void deliver(List<Outgoing> outgoing) {
        sent += outgoing.size();
        for (Outgoing message : outgoing) {
            cluster.host(message.to())
                    .ifPresent(host -> cluster.time().in(Cluster.DELAY_NANOS, () -> host.fromScheduler(message.message())));
        }
        long tick = core.nextTick();
        if (tick != Long.MAX_VALUE && tick < nextTick) {
            nextTick = tick;
            cluster.time().in(tick - cluster.time().now(), () -> tick(tick));
        }
    }

    private void tick(long planned) {
        if (isAlive && planned == nextTick) {
            nextTick = Long.MAX_VALUE;
            deliver(core.onTick(cluster.time().now()));
        }
    }
}
