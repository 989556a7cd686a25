package dev.darter.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.darter.protocol.BlobKey;

/**
 * What registries themselves have said of their content lately. Not what manifests say of it: whoever may push one may lie about the size of
 * somebody else's layer. Thread-safe.
 */
final class FactBook {

    private final Cache<BlobKey, Facts> facts = Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    void learn(BlobKey blob, Facts told) {
        if (!told.equals(Facts.NONE)) {
            facts.put(blob, told);
        }
    }

    Facts of(BlobKey blob) {
        Facts known = facts.getIfPresent(blob);
        return known == null ? Facts.NONE : known;
    }
}
