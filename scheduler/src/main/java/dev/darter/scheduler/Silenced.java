package dev.darter.scheduler;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/** For which blobs hosts have lost their places because they were silent: whoever speaks again is looked up here, and not in all swarms. */
final class Silenced {

    private final Map<HostId, Set<BlobKey>> blobs = new HashMap<>();

    void add(HostId host, BlobKey blob) {
        blobs.computeIfAbsent(host, _ -> new LinkedHashSet<>()).add(blob);
    }

    /** Removes and returns all of a host. */
    Set<BlobKey> take(HostId host) {
        Set<BlobKey> taken = blobs.remove(host);
        return taken == null ? Set.of() : taken;
    }
}
