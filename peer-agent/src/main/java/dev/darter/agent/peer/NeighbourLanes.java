package dev.darter.agent.peer;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.peer.ChunkReceiver.Failure;
import dev.darter.agent.peer.ChunkRequest.Lane;
import dev.darter.protocol.HostId;
import dev.darter.service.TokenBucket;

/**
 * All that is fetched from one neighbour: two connections for ordinary requests, so that the neighbour always has the next one in its queue
 * while it sends, and one for urgent ones. Thread-safe.
 */
final class NeighbourLanes {

    private static final int ORDINARY_LANES = 2;

    private final RequestQueue ordinary = new RequestQueue();
    private final RequestQueue urgent = new RequestQueue();
    private final List<ChunkLane> lanes = new ArrayList<>();
    private final ChunkReceiver receiver;
    private final LaneFactory factory;
    private @Nullable ChunkLane urgentLane;

    private interface LaneFactory {
        ChunkLane open(String name, RequestQueue queue);
    }

    NeighbourLanes(HostId self, HostId neighbour, InetSocketAddress address, LinkTimeouts timeouts, BufferPool buffers,
            TokenBucket limit,
            ChunkReceiver receiver) {
        this.receiver = receiver;
        this.factory = (name, queue) -> new ChunkLane(name + " from " + neighbour, self, address, timeouts, queue, buffers, limit,
                receiver);
    }

    /** Queues a request; its outcome goes to the receiver. */
    synchronized void fetch(ChunkRequest request) {
        RequestQueue queue = request.lane() == Lane.URGENT ? urgent : ordinary;
        if (!queue.add(request)) {
            fail(request, Failure.BROKEN);
        } else if (request.lane() == Lane.URGENT) {
            urgentLane = urgentLane == null ? factory.open("urgent", urgent) : urgentLane;
        } else if (lanes.size() < ORDINARY_LANES) {
            lanes.add(factory.open("data-" + lanes.size(), ordinary));
        }
    }

    /** Takes a request back that the neighbour has not seen yet; false when it has, and must be asked to withdraw it. */
    boolean withdrawUnsent(long id) {
        Optional<ChunkRequest> unsent = ordinary.remove(id).or(() -> urgent.remove(id));
        unsent.ifPresent(request -> fail(request, Failure.WITHDRAWN));
        return unsent.isPresent();
    }

    /** Lets a request overtake the others that the neighbour has not seen yet; false when it has seen it, and must be told. */
    boolean urgeUnsent(long id) {
        Optional<ChunkRequest> unsent = ordinary.remove(id);
        unsent.ifPresent(request -> fetch(request.urgent()));
        return unsent.isPresent();
    }

    /** Ends a request, by closing its connection where it is under way; what the receiver hears of it then means nothing. */
    synchronized void abandon(long id) {
        if (!withdrawUnsent(id)) {
            lanes.forEach(lane -> lane.abandon(id));
            if (urgentLane != null) {
                urgentLane.abandon(id);
            }
        }
    }

    /** Ends all connections; every request that is queued or under way fails. */
    synchronized void close() {
        ordinary.close().forEach(request -> fail(request, Failure.BROKEN));
        urgent.close().forEach(request -> fail(request, Failure.BROKEN));
        lanes.forEach(ChunkLane::close);
        if (urgentLane != null) {
            urgentLane.close();
        }
    }

    /** Off the caller's thread: the receiver may block, and may be the caller. */
    private void fail(ChunkRequest request, Failure failure) {
        Thread.startVirtualThread(() -> receiver.failed(request, failure));
    }
}
