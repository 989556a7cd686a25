package dev.darter.scheduler;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/**
 * Everything that a scheduler decides: who is in the cluster, who holds what, who trades with whom, who reads the origin. All of its state is
 * soft: agents say it again to a scheduler that has just started.
 *
 * <p>Pure and not thread-safe: it runs on the one thread of a {@link dev.darter.service.CoreLoop}. Times are nanoseconds of a clock that never goes back.
 */
public final class SchedulerCore {

    private static final long TICK_NANOS = 100_000_000L;

    private final Cluster cluster;
    private final Accusations accusations = new Accusations();
    private final Map<BlobKey, BlobSwarm> swarms = new LinkedHashMap<>();
    /** The swarms in which each host takes part or has done so: a host that goes is not looked for in all of them. */
    private final Map<HostId, Set<BlobKey>> joined = new HashMap<>();
    private long lastTick;

    /** A scheduler that starts at {@code nowNanos} and knows nobody. */
    public SchedulerCore(String name, RandomGenerator random, long nowNanos) {
        this(name, SwarmShape.DEFAULT, random, nowNanos);
    }

    /** A scheduler that arranges its swarms in another shape. */
    public SchedulerCore(String name, SwarmShape shape, RandomGenerator random, long nowNanos) {
        cluster = new Cluster(new Membership(name), new Holdings(), new Silenced(), new Throttles(), new Gifts(), new Outbox(), shape,
                random,
                new Settling(nowNanos));
        lastTick = nowNanos;
    }

    /** An agent said something; its first message is a {@code Hello} with its own name. Says what to tell whom, in this order. */
    public List<Outgoing> onMessage(HostId from, AgentMessage message, long nowNanos) {
        boolean isKnown = message instanceof AgentMessage.Hello hello ? isOwn(from, hello) : cluster.membership().contains(from);
        if (!isKnown) {
            return List.of();
        }
        cluster.membership().heard(from, nowNanos);
        switch (message) {
            case AgentMessage.Hello hello -> hello(from, hello, nowNanos);
            case AgentMessage.Inventory inventory -> inventory.holdings()
                    .stream()
                    .filter(holding -> holding.chunks() == holding.count())
                    .forEach(holding -> holds(from, holding.blob(), holding.size()));
            case AgentMessage.Join join -> join(from, join, nowNanos);
            case AgentMessage.Leave leave -> leave(from, leave.blob(), nowNanos);
            case AgentMessage.Holds holds -> holds(from, holds.blob(), holds.size());
            case AgentMessage.Evicted evicted -> {
                cluster.holdings().remove(from, evicted.blob());
                withSwarm(evicted.blob(), swarm -> swarm.seedLost(from, nowNanos));
            }
            case AgentMessage.Moved moved -> withSwarm(moved.blob(), swarm -> swarm.moved(from, moved));
            case AgentMessage.LeaseProgress progress -> withSwarm(progress.blob(), swarm -> swarm.progress(from, progress, nowNanos));
            case AgentMessage.LeaseEnd end -> withSwarm(end.blob(), swarm -> swarm.leaseEnd(from, end, nowNanos));
            case AgentMessage.Accuse accuse -> accuse(from, accuse, nowNanos);
            case AgentMessage.Stuck stuck -> withSwarm(stuck.blob(), swarm -> swarm.stuck(from, stuck.silent(), stuck.doubted(), nowNanos));
            case AgentMessage.Uplink uplink -> measured(from, uplink.bytesPerSecond(), nowNanos);
            case AgentMessage.Alive _ -> cluster.silenced().take(from).forEach(blob -> withSwarm(blob, swarm -> swarm.heard(from)));
        }
        return cluster.outbox().drain();
    }

    /** The link to an agent is lost. When an agent comes back on a second link, tell the loss of the first before its hello. */
    public List<Outgoing> onLinkLost(HostId host, long nowNanos) {
        drop(host, nowNanos);
        return cluster.outbox().drain();
    }

    /** Time has passed; harmless at any time. */
    public List<Outgoing> onTick(long nowNanos) {
        lastTick = nowNanos;
        cluster.membership().tick(cluster.outbox(), nowNanos);
        accusations.pardon(nowNanos).forEach(this::tellPardon);
        swarms.values().forEach(swarm -> swarm.tick(nowNanos));
        return cluster.outbox().drain();
    }

    /** When {@link #onTick} is due; {@link Long#MAX_VALUE} when there is nothing to wait for. Ask after each call. */
    public long nextTick() {
        return swarms.isEmpty() ? Math.min(cluster.membership().nextTick(), accusations.nextPardon()) : lastTick + TICK_NANOS;
    }

    /** How many hosts have a link. */
    public int memberCount() {
        return cluster.membership().all().size();
    }

    /** How many blobs are being downloaded. */
    public int swarmCount() {
        return swarms.size();
    }

    /** How many hosts are shunned for a lie. */
    public int shunnedCount() {
        return accusations.shunned().size();
    }

    /** Whether a host speaks of itself, and in a language that is understood: nobody may bring in others, or their keys. */
    private static boolean isOwn(HostId from, AgentMessage.Hello hello) {
        return hello.self().host().equals(from) && hello.ownKey().signer().equals(from) && hello.version() >= 1;
    }

    private void hello(HostId from, AgentMessage.Hello hello, long now) {
        if (accusations.isShunned(from)) {
            cluster.outbox().tell(from, new SchedulerMessage.Shun(from));
            return;
        }
        cluster.settling().hello(now);
        cluster.membership().hello(hello, cluster.outbox(), now);
        accusations.shunned().forEach(liar -> cluster.outbox().tell(from, new SchedulerMessage.Shun(liar)));
    }

    private void join(HostId from, AgentMessage.Join join, long now) {
        Member self = cluster.membership().find(from).orElseThrow().self();
        cluster.holdings().remove(from, join.blob());
        joined.computeIfAbsent(from, _ -> new LinkedHashSet<>()).add(join.blob());
        BlobSwarm swarm = swarms.computeIfAbsent(join.blob(), blob -> new BlobSwarm(blob, cluster));
        swarm.touch();
        swarm.join(from, self.zone(), join, now);
    }

    private void leave(HostId from, BlobKey blob, long now) {
        withSwarm(blob, swarm -> swarm.leave(from, now));
        parted(from, blob);
    }

    private void holds(HostId from, BlobKey blob, long size) {
        cluster.holdings().add(from, blob);
        withSwarm(blob, swarm -> swarm.holds(from, size));
    }

    private void measured(HostId from, long bytesPerSecond, long now) {
        cluster.membership().measured(from, bytesPerSecond);
        List.copyOf(joined.getOrDefault(from, Set.of()))
                .forEach(blob -> withSwarm(blob, swarm -> swarm.measured(from, bytesPerSecond, now)));
    }

    private void accuse(HostId from, AgentMessage.Accuse accuse, long now) {
        boolean isLie = accuse.epoch() == VouchKey.PROVEN;
        if (isLie ? accusations.accuse(from, accuse.accused(), now) : accusations.misread(from, accuse.accused(), accuse.blob(), now)) {
            cluster.membership().all().forEach(host -> cluster.outbox().tell(host, new SchedulerMessage.Shun(accuse.accused())));
            drop(accuse.accused(), now);
        }
    }

    /** The host itself says hello again then, if it is still there. */
    private void tellPardon(HostId host) {
        SchedulerMessage pardon = new SchedulerMessage.Pardon(host);
        cluster.membership().all().forEach(member -> cluster.outbox().tell(member, pardon));
        cluster.outbox().tell(host, pardon);
    }

    private void drop(HostId host, long now) {
        Set<BlobKey> touched = new LinkedHashSet<>(joined.getOrDefault(host, Set.of()));
        cluster.holdings().blobs(host).stream().filter(swarms::containsKey).forEach(touched::add);
        cluster.membership().remove(host, now);
        cluster.holdings().removeHost(host);
        cluster.silenced().take(host);
        for (BlobKey blob : touched) {
            withSwarm(blob, swarm -> {
                swarm.leave(host, now);
                swarm.seedLost(host, now);
            });
        }
        joined.remove(host);
    }

    private void withSwarm(BlobKey blob, java.util.function.Consumer<BlobSwarm> action) {
        BlobSwarm swarm = swarms.get(blob);
        if (swarm != null) {
            swarm.touch();
            action.accept(swarm);
            if (!swarm.isWanted()) {
                swarms.remove(blob);
                swarm.participants().forEach(host -> parted(host, blob));
            }
        }
    }

    private void parted(HostId host, BlobKey blob) {
        joined.computeIfPresent(host, (_, blobs) -> {
            blobs.remove(blob);
            return blobs.isEmpty() ? null : blobs;
        });
    }
}
