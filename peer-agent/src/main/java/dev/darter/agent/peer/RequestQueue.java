package dev.darter.agent.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Requests that wait for a free connection to one neighbour. Thread-safe. It can be closed, which ends the threads that wait on it: they must
 * not be interrupted, since an interrupt that met one of them while it writes a chunk would close the blob's file.
 */
final class RequestQueue {

    private final ArrayDeque<ChunkRequest> waiting = new ArrayDeque<>();
    private boolean closed;

    /** Adds a request at the end; false when the queue is closed. */
    synchronized boolean add(ChunkRequest request) {
        if (!closed) {
            waiting.addLast(request);
            notify();
        }
        return !closed;
    }

    /** The next request; blocks until there is one, empty when the queue is closed. */
    synchronized Optional<ChunkRequest> take() {
        boolean interrupted = false;
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(waiting.pollFirst());
    }

    /** Takes a request out that nobody has begun; empty when it isn't here. */
    synchronized Optional<ChunkRequest> remove(long id) {
        for (Iterator<ChunkRequest> requests = waiting.iterator(); requests.hasNext();) {
            ChunkRequest request = requests.next();
            if (request.id() == id) {
                requests.remove();
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }

    /** Closes the queue and returns what was left in it. */
    synchronized List<ChunkRequest> close() {
        closed = true;
        List<ChunkRequest> rest = new ArrayList<>(waiting);
        waiting.clear();
        notifyAll();
        return rest;
    }
}
