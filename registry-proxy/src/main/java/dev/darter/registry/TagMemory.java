package dev.darter.registry;

import java.util.Optional;

/** The last known meaning of tags, for when the upstream can't be asked. Thread-safe; may ask other hosts, within a second or two. */
public interface TagMemory {

    /** What the tag meant when somebody last resolved it. */
    Optional<KnownTag> lastKnown(String registry, String repository, String tag);

    /** The upstream has just said what the tag means. Must not block for long. */
    void learned(String registry, String repository, String tag, KnownTag known);
}
