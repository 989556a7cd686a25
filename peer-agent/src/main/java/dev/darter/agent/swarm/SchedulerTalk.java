package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.SchedulerMessage;

/** What is said between this host and its scheduler. */
final class SchedulerTalk {

    private static final int VERSION = 1;
    private static final int HOLDINGS_PER_MESSAGE = 1000;

    private final Host host;
    private final Map<BlobKey, Swarm> swarms;
    private final Map<BlobKey, Long> held;

    SchedulerTalk(Host host, Map<BlobKey, Swarm> swarms, Map<BlobKey, Long> held) {
        this.host = host;
        this.swarms = swarms;
        this.held = held;
    }

    /** Says everything that a scheduler with an empty memory has to know. */
    void up() {
        host.cluster.isLinked = true;
        EngineOptions own = host.options;
        host.out.tellScheduler(new AgentMessage.Hello(VERSION, own.self(), own.slots(), own.uploadBytesPerSecond(), own.ownKey()));
        long measured = host.uplink.rate().told();
        if (measured > 0) {
            host.out.tellScheduler(new AgentMessage.Uplink(measured));
        }
        List<AgentMessage.Holding> holdings = new ArrayList<>();
        held.forEach((blob, size) -> {
            int count = ChunkLayout.forSize(size).count();
            holdings.add(new AgentMessage.Holding(blob, size, count, count));
        });
        for (int from = 0; from <= holdings.size(); from += HOLDINGS_PER_MESSAGE) {
            int to = Math.min(holdings.size(), from + HOLDINGS_PER_MESSAGE);
            host.out.tellScheduler(new AgentMessage.Inventory(List.copyOf(holdings.subList(from, to)), to == holdings.size()));
        }
        swarms.values().forEach(Swarm::join);
    }

    void down() {
        host.cluster.isLinked = false;
    }

    void heard(SchedulerMessage message) {
        switch (message) {
            case SchedulerMessage.Welcome welcome -> host.cluster.welcome(welcome, host.now);
            case SchedulerMessage.Members members -> host.cluster.changed(members);
            case SchedulerMessage.Place place -> ifKnown(place.blob(), swarm -> swarm.place(place));
            case SchedulerMessage.Source source -> ifKnown(source.blob(), swarm -> swarm.source(source.holder()));
            case SchedulerMessage.Lease lease -> lease(lease);
            case SchedulerMessage.Revoke revoke -> ifKnown(revoke.blob(), swarm -> swarm.origin.revoked(revoke.epoch()));
            case SchedulerMessage.Throttle throttle -> host.cluster.throttle(throttle.registry(), host.now + throttle.millis() * 1_000_000);
            case SchedulerMessage.Unobtainable it -> ifKnown(it.blob(), swarm -> swarm.fail(failure(it.reason()), it.retryAfterMillis()));
            // Keys are the shell's business, and the engine itself deals with liars.
            case SchedulerMessage.Keys _,SchedulerMessage.Shun _,SchedulerMessage.Pardon _ -> {
            }
        }
    }

    private void lease(SchedulerMessage.Lease lease) {
        Swarm swarm = swarms.get(lease.blob());
        if (swarm != null) {
            swarm.granted(lease);
        } else {
            host.out.tellScheduler(new AgentMessage.LeaseEnd(lease.blob(), lease.epoch(), Outcome.GIVEN_UP, lease.fromBoundary(), 0));
        }
    }

    private static Failure failure(Outcome reason) {
        return switch (reason) {
            case DENIED -> Failure.DENIED;
            case THROTTLED -> Failure.THROTTLED;
            case FALSE_CHAIN -> Failure.FALSE_CONTENT;
            case DONE, UNAVAILABLE, GIVEN_UP -> Failure.UNAVAILABLE;
        };
    }

    private void ifKnown(BlobKey blob, Consumer<Swarm> action) {
        Swarm swarm = swarms.get(blob);
        if (swarm != null) {
            action.accept(swarm);
        }
    }
}
