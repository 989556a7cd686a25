package dev.darter.agent;

import java.util.Optional;

import dev.darter.registry.KnownTag;
import dev.darter.registry.TagMemory;

/** Placeholder. */
final class ClusterTags implements TagMemory {
    @Override
    public Optional<KnownTag> lastKnown(String registry, String repository, String tag) {
        return Optional.empty();
    }

    @Override
    public void learned(String registry, String repository, String tag, KnownTag known) {}
}
