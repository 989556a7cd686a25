package dev.darter.registry;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes one question out of several equal ones that are asked at the same time. The work runs on a virtual thread of its own, so that a caller
 * who goes away doesn't take the others' answer with him.
 */
final class Coalescer<K, V> {

    private final ConcurrentHashMap<K, CompletableFuture<V>> underWay = new ConcurrentHashMap<>();

    /** Starts the work unless it is under way. The future may be waited for, but belongs to all who ask. */
    CompletableFuture<V> ask(K key, Callable<V> work) {
        CompletableFuture<V> fresh = new CompletableFuture<>();
        CompletableFuture<V> running = underWay.putIfAbsent(key, fresh);
        if (running != null) {
            return running;
        }
        Thread.ofVirtual().name("ask-upstream").start(() -> {
            try {
                fresh.complete(work.call());
            } catch (Exception | Error e) {
                fresh.completeExceptionally(e);
            } finally {
                underWay.remove(key, fresh);
            }
        });
        return fresh;
    }
}
