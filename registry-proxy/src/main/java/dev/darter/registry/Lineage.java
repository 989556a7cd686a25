package dev.darter.registry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;

/** Which manifests list a blob. Thread-safe; forgets the least used. */
final class Lineage {

    private static final int MOST_BLOBS = 200_000;
    /** A base layer is listed by thousands of images; the latest few are enough to find the one that is being pulled. */
    private static final int MOST_PARENTS = 64;

    private final Cache<BlobKey, List<Digest>> parents = Caffeine.newBuilder().maximumSize(MOST_BLOBS).executor(Runnable::run).build();
    private final Cache<BlobKey, Boolean> known = Caffeine.newBuilder().maximumSize(MOST_BLOBS).executor(Runnable::run).build();

    void learn(String registry, Digest manifest, List<Digest> listed) {
        for (Digest child : listed) {
            parents.asMap().compute(new BlobKey(registry, child), (_, before) -> with(before == null ? List.of() : before, manifest));
        }
        known.put(new BlobKey(registry, manifest), true);
    }

    private static List<Digest> with(List<Digest> before, Digest added) {
        SequencedSet<Digest> all = new LinkedHashSet<>(before);
        all.addLast(added);
        if (all.size() > MOST_PARENTS) {
            all.removeFirst();
        }
        return List.copyOf(all);
    }

    boolean knows(String registry, Digest manifest) {
        return known.getIfPresent(new BlobKey(registry, manifest)) != null;
    }

    /** Latest last. */
    List<Digest> parents(String registry, Digest child) {
        List<Digest> found = parents.getIfPresent(new BlobKey(registry, child));
        return found == null ? List.of() : found;
    }
}
