package dev.darter.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a cluster remembers of tags. */
final class FakeTagMemory implements TagMemory {

    private final Map<String, KnownTag> tags = new ConcurrentHashMap<>();

    @Override
    public Optional<KnownTag> lastKnown(String registry, String repository, String tag) {
        return Optional.ofNullable(tags.get(registry + " " + repository + ":" + tag));
    }

    @Override
    public void learned(String registry, String repository, String tag, KnownTag known) {
        tags.put(registry + " " + repository + ":" + tag, known);
    }
}
