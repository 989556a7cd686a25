package dev.darter.registry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;

/** Which manifests list a blob or another manifest, and of which size they say that it is. Thread-safe; forgets the least used. */
final class Lineage {

    private static final int MOST_BLOBS = 200_000;
    /** A base layer is listed by thousands of images; the latest few are enough to find the one that is being pulled. */
    private static final int MOST_PARENTS = 64;

    /**
     * A manifest that lists a blob.
     *
     * @param size of the blob in bytes by the manifest's account; whoever may push a manifest may be wrong about it
     */
    record Parent(Digest manifest, OptionalLong size) {}

    private record Child(String registry, ContentKind kind, Digest digest) {}

    private final Cache<Child, List<Parent>> parents = Caffeine.newBuilder().maximumSize(MOST_BLOBS).executor(Runnable::run).build();
    private final Cache<BlobKey, Boolean> known = Caffeine.newBuilder().maximumSize(MOST_BLOBS).executor(Runnable::run).build();

    void learn(String registry, Digest manifest, List<Descriptor> listed) {
        for (Descriptor child : listed) {
            Parent parent = new Parent(manifest, child.size());
            parents.asMap()
                    .compute(new Child(registry, child.kind(), child.digest()),
                            (_, before) -> with(before == null ? List.of() : before, parent));
        }
        known.put(new BlobKey(registry, manifest), true);
    }

    private static List<Parent> with(List<Parent> before, Parent added) {
        SequencedSet<Parent> all = new LinkedHashSet<>(before);
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
    List<Parent> parents(String registry, ContentKind kind, Digest child) {
        List<Parent> found = parents.getIfPresent(new Child(registry, kind, child));
        return found == null ? List.of() : found;
    }
}
