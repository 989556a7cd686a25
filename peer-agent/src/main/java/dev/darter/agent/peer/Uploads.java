package dev.darter.agent.peer;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

import dev.darter.protocol.HostId;

/** The requests of neighbours that wait for their turn on this host's uplink. Thread-safe. */
public final class Uploads {

    /** How a request is answered. */
    public enum Turn {
        /** Send the chunk now. */
        SEND,
        /** The neighbour took the request back. */
        WITHDRAWN,
        /** The chunk is not here, or no longer. */
        MISSING
    }

    private record Waiting(HostId from, long request) {}

    private final Map<Waiting, CompletableFuture<Turn>> waiting = new ConcurrentHashMap<>();

    /** It is this request's turn. */
    public void serve(HostId to, long request) {
        complete(to, request, Turn.SEND);
    }

    /** This request is not going to be served. */
    public void decline(HostId to, long request, Turn why) {
        complete(to, request, why);
    }

    /** Announces a request; a second one of the same number takes the place of the first, which is then answered as withdrawn. */
    CompletableFuture<Turn> expect(HostId from, long request) {
        CompletableFuture<Turn> turn = new CompletableFuture<>();
        CompletableFuture<Turn> earlier = waiting.put(new Waiting(from, request), turn);
        if (earlier != null) {
            earlier.complete(Turn.WITHDRAWN);
        }
        return turn;
    }

    /** Blocks the calling virtual thread until the request's turn has come. */
    Turn await(HostId from, long request, CompletableFuture<Turn> turn) throws InterruptedException {
        try {
            return turn.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A turn can't fail", e);
        } finally {
            waiting.remove(new Waiting(from, request), turn);
        }
    }

    private void complete(HostId from, long request, Turn turn) {
        CompletableFuture<Turn> future = waiting.get(new Waiting(from, request));
        if (future != null) {
            future.complete(turn);
        }
    }
}
