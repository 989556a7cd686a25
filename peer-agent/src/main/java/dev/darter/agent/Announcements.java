package dev.darter.agent;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;

/**
 * Announcements that wait for the disk: those of one blob to the same neighbours become one, so that neither a slow disk nor a neighbour that asks again
 * and again for the same fills the memory. Thread-safe.
 */
final class Announcements {

    /** What goes out together. Guarded by the lock of the announcements that it belongs to. */
    static final class Batch {
        private final Map<List<HostId>, ChunkSet> chunks = new LinkedHashMap<>();
    }

    /** The batches that can still be added to. */
    private final Map<BlobKey, Batch> open = new HashMap<>();

    /** Adds to the blob's batch; the batch if it is a new one, which is then to be worked off in its turn. */
    synchronized Optional<Batch> add(BlobKey blob, List<HostId> neighbours, ChunkSet chunks) {
        Batch present = open.get(blob);
        Batch batch = present == null ? new Batch() : present;
        batch.chunks.computeIfAbsent(List.copyOf(neighbours), _ -> new ChunkSet()).addAll(chunks);
        if (present != null) {
            return Optional.empty();
        }
        open.put(blob, batch);
        return Optional.of(batch);
    }

    /** What comes from now on goes out after what is to be told next, not with what waits already. */
    synchronized void seal(BlobKey blob) {
        open.remove(blob);
    }

    /** What to tell whom; nothing can be added any more. */
    synchronized Map<List<HostId>, ChunkSet> take(BlobKey blob, Batch batch) {
        open.remove(blob, batch);
        return batch.chunks;
    }
}
