package dev.darter.agent.swarm;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/** What all blobs of this host share: its neighbours, its uplink, its requests, and the time of the event at hand. */
final class Host {

    final EngineOptions options;
    final RandomGenerator random;
    final Outlet out = new Outlet();
    final ClusterView cluster;
    final UplinkQueue uplink = new UplinkQueue();
    final Map<HostId, Neighbour> neighbours = new LinkedHashMap<>();
    private final Map<Long, Request> requests = new LinkedHashMap<>();
    private long nextRequest = 1;
    long now;

    Host(EngineOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
        this.cluster = new ClusterView(options.self());
    }

    HostId self() {
        return options.self().host();
    }

    /** Sends a request; the neighbour must be usable. */
    Request ask(Swarm swarm, int chunk, Neighbour from, Request.Purpose purpose, Urgency urgency) {
        Request request = new Request(nextRequest++, swarm, chunk, from.host, now, purpose);
        request.isUrgent = urgency == Urgency.URGENT;
        if (from.requests.isEmpty()) {
            from.window.started(now);
        }
        requests.put(request.id, request);
        from.requests.put(request.id, request);
        out.add(new Command.Fetch(request.id, from.host, swarm.blob, chunk, swarm.layout().offset(chunk), swarm.layout().length(chunk),
                urgency));
        return request;
    }

    /** Ends the bookkeeping of a request; empty where it was ended before. */
    Optional<Request> end(long id) {
        Optional<Request> ended = Optional.ofNullable(requests.remove(id));
        ended.ifPresent(request -> {
            Neighbour neighbour = neighbours.get(request.from);
            if (neighbour != null) {
                neighbour.requests.remove(id);
            }
        });
        return ended;
    }

    @Nullable
    Request request(long id) {
        return requests.get(id);
    }

    Collection<Request> requests() {
        return requests.values();
    }
}
