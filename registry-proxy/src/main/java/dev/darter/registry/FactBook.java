package dev.darter.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.darter.protocol.Digest;

/**
 * What registries themselves have said of their content lately. Not what manifests say of it: whoever may push one may lie about the size of
 * somebody else's layer. And for one repository only: some registries repeat whatever media type a push came with. Thread-safe.
 */
final class FactBook {

    private record Key(String registry, String repository, ContentKind kind, Digest digest) {}

    private final Cache<Key, Facts> facts = Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    void learn(Pull pull, ContentKind kind, String repository, Digest digest, Facts told) {
        if (!told.equals(Facts.NONE)) {
            facts.put(new Key(pull.registry(), repository, kind, digest), told.credibleFor(digest));
        }
    }

    Facts of(Pull pull, ContentKind kind, String repository, Digest digest) {
        Facts known = facts.getIfPresent(new Key(pull.registry(), repository, kind, digest));
        return known == null ? Facts.NONE : known;
    }
}
