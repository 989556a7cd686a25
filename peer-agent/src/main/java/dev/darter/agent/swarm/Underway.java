package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;

/** The requests of one blob that have not been answered yet. */
final class Underway {

    private final Swarm swarm;
    private final Map<Integer, List<Request>> requested = new HashMap<>();
    /** Chunks that were asked for. */
    final ChunkSet asked = new ChunkSet();
    private final Map<Request.Purpose, Integer> counts = new EnumMap<>(Request.Purpose.class);

    Underway(Swarm swarm) {
        this.swarm = swarm;
    }

    void ask(int chunk, Trade from, Request.Purpose purpose, Urgency urgency) {
        Request request = swarm.host.ask(swarm, chunk, from.neighbour, purpose, urgency);
        requested.computeIfAbsent(chunk, _ -> new ArrayList<>(1)).add(request);
        asked.add(chunk);
        counts.merge(purpose, 1, Integer::sum);
    }

    boolean isEmpty() {
        return requested.isEmpty();
    }

    /** All of them; a copy. */
    Collection<Request> requests() {
        List<Request> all = new ArrayList<>();
        requested.values().forEach(all::addAll);
        return all;
    }

    List<Request> requestsFor(int chunk) {
        return requested.getOrDefault(chunk, List.of());
    }

    /** How many were made for this purpose. */
    int count(Request.Purpose purpose) {
        return counts.getOrDefault(purpose, 0);
    }

    /** How many of them have begun to come. */
    int countStarted() {
        int count = 0;
        for (List<Request> requests : requested.values()) {
            for (Request request : requests) {
                count += request.startedAt > 0 ? 1 : 0;
            }
        }
        return count;
    }

    /** How many of them somebody waits for. */
    int countUrgent() {
        int count = 0;
        for (List<Request> requests : requested.values()) {
            for (Request request : requests) {
                count += request.isUrgent ? 1 : 0;
            }
        }
        return count;
    }

    /** Has requests for a chunk served before others: somebody waits for it now. */
    void urge(int chunk) {
        for (Request request : requestsFor(chunk)) {
            if (!request.isUrgent && !request.isWithdrawn && request.startedAt == 0) {
                request.isUrgent = true;
                swarm.host.out.tell(request.from, new PeerMessage.Urgent(request.id));
            }
        }
    }

    /** Takes a request back; the answer still comes, as bytes or as 410. */
    void withdraw(Request request) {
        if (!request.isWithdrawn) {
            request.isWithdrawn = true;
            request.withdrawnAt = swarm.host.now;
            swarm.host.out.tell(request.from, new PeerMessage.Cancel(request.id));
        }
    }

    /** Takes a request back and no longer waits for its answer. */
    void giveUp(Request request) {
        ended(request);
        if (!request.isWithdrawn) {
            swarm.host.out.tell(request.from, new PeerMessage.Cancel(request.id));
        }
        swarm.host.end(request.id);
        swarm.host.out.add(new Command.Abandon(request.id));
    }

    /** Gives up all requests for a chunk: it is here. */
    void giveUp(int chunk) {
        List.copyOf(requestsFor(chunk)).forEach(this::giveUp);
    }

    void giveUpAll() {
        requests().forEach(this::giveUp);
    }

    /** A request was answered. */
    void ended(Request request) {
        List<Request> same = requested.get(request.chunk);
        if (same != null && same.remove(request)) {
            counts.merge(request.purpose, -1, Integer::sum);
            if (same.isEmpty()) {
                requested.remove(request.chunk);
                asked.remove(request.chunk);
            }
        }
    }
}
