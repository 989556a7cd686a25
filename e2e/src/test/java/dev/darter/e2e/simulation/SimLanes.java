package dev.darter.e2e.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import dev.darter.agent.swarm.Command.Fetch;
import dev.darter.agent.swarm.Urgency;
import dev.darter.protocol.HostId;

/** The connections of one host to others: each carries one request at a time, so that a neighbour knows of a few requests only. */
final class SimLanes {

    private record Key(HostId from, Urgency urgency) {}

    private static final class Lane {

        final Key key;
        final Deque<Fetch> waiting = new ArrayDeque<>();
        int busy;

        Lane(Key key) {
            this.key = key;
        }
    }

    private final Consumer<Fetch> sender;
    private final Map<Key, Lane> lanes = new HashMap<>();
    private final Map<Long, Lane> laneOf = new HashMap<>();
    private final Map<Long, Fetch> unsent = new HashMap<>();

    /** @param sender carries a request to the neighbour */
    SimLanes(Consumer<Fetch> sender) {
        this.sender = sender;
    }

    void fetch(Fetch fetch, Urgency urgency) {
        Lane lane = lanes.computeIfAbsent(new Key(fetch.from(), urgency), Lane::new);
        unsent.put(fetch.request(), fetch);
        laneOf.put(fetch.request(), lane);
        lane.waiting.add(fetch);
        pump(lane);
    }

    private void pump(Lane lane) {
        Urgency urgency = lane.key.urgency();
        while (lane.busy < connections(urgency) && !lane.waiting.isEmpty()) {
            Fetch next = lane.waiting.poll();
            unsent.remove(next.request());
            lane.busy++;
            sender.accept(new Fetch(next.request(), next.from(), next.blob(), next.chunk(), next.offset(), next.length(), urgency));
        }
    }

    /** As many as a real agent opens. */
    private static int connections(Urgency urgency) {
        return urgency == Urgency.NORMAL ? 4 : 1;
    }

    /** Takes a request back that the neighbour has not seen; empty when it has. */
    Optional<Fetch> withdraw(long request) {
        Fetch fetch = unsent.remove(request);
        if (fetch != null) {
            java.util.Objects.requireNonNull(laneOf.remove(request)).waiting.remove(fetch);
        }
        return Optional.ofNullable(fetch);
    }

    /** A request was answered or given up: its connection carries the next one. */
    void ended(long request) {
        if (withdraw(request).isPresent()) {
            return;
        }
        Lane lane = laneOf.remove(request);
        if (lane != null) {
            lane.busy--;
            pump(lane);
        }
    }
}
