package dev.darter.registry;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What this host remembers of tags, and what the cluster does; the later of two memories is right. */
record LayeredTagMemory(TagMemory local, TagMemory cluster) implements TagMemory {

    @Override
    public Optional<KnownTag> lastKnown(String registry, String repository, String tag) {
        return Stream.of(local.lastKnown(registry, repository, tag), cluster.lastKnown(registry, repository, tag))
                .flatMap(Optional::stream)
                .max(Comparator.comparing(KnownTag::resolvedAt));
    }

    @Override
    public void learned(String registry, String repository, String tag, KnownTag known) {
        local.learned(registry, repository, tag, known);
        cluster.learned(registry, repository, tag, known);
    }
}
