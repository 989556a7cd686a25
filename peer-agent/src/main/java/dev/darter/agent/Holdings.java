package dev.darter.agent;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.darter.agent.swarm.Event;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.store.ChunkStore;
import dev.darter.store.StoredSummary;
import dev.darter.store.StoredSummary.Completeness;

/**
 * Which complete blobs the engine knows of, as content of which registries: the store evicts a digest, the engine has to hear of each of its
 * swarms. Thread-safe.
 */
final class Holdings implements Consumer<Event> {

    private final Consumer<Event> engine;
    private final Map<Digest, Set<BlobKey>> held = new ConcurrentHashMap<>();

    Holdings(Consumer<Event> engine) {
        this.engine = engine;
    }

    /** Tells the engine what is in the store from the start, and from then on what is evicted. */
    void watch(ChunkStore store) {
        store.onEvicted(this::evicted);
        for (StoredSummary blob : store.list()) {
            if (blob.completeness() == Completeness.COMPLETE) {
                blob.sources().forEach(registry -> accept(new Event.Held(new BlobKey(registry, blob.digest()), blob.size())));
            }
        }
    }

    /** Passes an event on to the engine. */
    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Held(BlobKey blob, long _) -> remember(blob);
            case Event.Proven(BlobKey blob, long _) -> remember(blob);
            default -> {
                // Does not change what is held.
            }
        }
        engine.accept(event);
    }

    private void remember(BlobKey blob) {
        held.computeIfAbsent(blob.digest(), _ -> ConcurrentHashMap.newKeySet()).add(blob);
    }

    private void evicted(Digest digest) {
        Set<BlobKey> swarms = held.remove(digest);
        if (swarms != null) {
            swarms.forEach(blob -> engine.accept(new Event.Evicted(blob)));
        }
    }
}
