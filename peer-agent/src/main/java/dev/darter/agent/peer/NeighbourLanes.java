package dev.darter.agent.peer;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.darter.agent.peer.ChunkReceiver.Failure;
import dev.darter.agent.peer.ChunkRequest.Lane;
import dev.darter.protocol.HostId;
import dev.darter.service.TokenBucket;

/** All that is fetched from one neighbour: connections of each kind of {@link Lane}, opened when they are first needed. Thread-safe. */
final class NeighbourLanes {

    private record Group(RequestQueue queue, List<ChunkLane> connections) {}

    private interface LaneFactory {
        ChunkLane open(String name, RequestQueue queue);
    }

    private final Map<Lane, Group> groups = new EnumMap<>(Lane.class);
    private final ChunkReceiver receiver;
    private final LaneFactory factory;

    NeighbourLanes(HostId self, HostId neighbour, InetSocketAddress address, LinkTimeouts timeouts, BufferPool buffers,
            TokenBucket limit,
            ChunkReceiver receiver) {
        this.receiver = receiver;
        this.factory = (name, queue) -> new ChunkLane(name + " from " + neighbour, self, address, timeouts, queue, buffers, limit,
                receiver);
        for (Lane lane : Lane.values()) {
            groups.put(lane, new Group(new RequestQueue(), new ArrayList<>()));
        }
    }

    /** Queues a request; its outcome goes to the receiver. */
    synchronized void fetch(ChunkRequest request) {
        Group group = group(request.lane());
        List<ChunkLane> connections = group.connections();
        if (!group.queue().add(request)) {
            fail(request, Failure.BROKEN);
        } else if (connections.size() < request.lane().connections()) {
            connections.add(factory.open(request.lane() + "-" + connections.size(), group.queue()));
        }
    }

    /** Takes a request back that the neighbour has not seen yet; false when it has, and must be asked to withdraw it. */
    boolean withdrawUnsent(long id) {
        Optional<ChunkRequest> unsent = takeUnsent(id);
        unsent.ifPresent(request -> fail(request, Failure.WITHDRAWN));
        return unsent.isPresent();
    }

    /** Lets a request overtake the others that the neighbour has not seen yet; false when it has seen it, and must be told. */
    boolean urgeUnsent(long id) {
        Optional<ChunkRequest> unsent = takeUnsent(id);
        unsent.ifPresent(request -> fetch(request.urgent()));
        return unsent.isPresent();
    }

    private Optional<ChunkRequest> takeUnsent(long id) {
        return groups.values().stream().map(group -> group.queue().remove(id)).flatMap(Optional::stream).findFirst();
    }

    /** Ends a request, by closing its connection where it is under way; what the receiver hears of it then means nothing. */
    synchronized void abandon(long id) {
        if (!withdrawUnsent(id)) {
            groups.values().forEach(group -> group.connections().forEach(connection -> connection.abandon(id)));
        }
    }

    /** Ends all connections; every request that is queued or under way fails. */
    synchronized void close() {
        for (Group group : groups.values()) {
            group.queue().close().forEach(request -> fail(request, Failure.BROKEN));
            group.connections().forEach(ChunkLane::close);
        }
    }

    private Group group(Lane lane) {
        return java.util.Objects.requireNonNull(groups.get(lane));
    }

    /** Off the caller's thread: the receiver may block, and may be the caller. */
    private void fail(ChunkRequest request, Failure failure) {
        Thread.startVirtualThread(() -> receiver.failed(request, failure));
    }
}
