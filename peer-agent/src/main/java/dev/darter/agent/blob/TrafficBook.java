package dev.darter.agent.blob;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.darter.protocol.Digest;

/** Where the bytes of the blobs that were read most recently came from. Thread-safe. */
public final class TrafficBook {

    private static final int MAX_BLOBS = 4096;

    private final Map<Digest, Traffic> traffic = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Traffic> eldest) {
            return size() > MAX_BLOBS;
        }
    };

    /** The counters of a blob, new ones where there are none. */
    synchronized Traffic of(Digest digest) {
        return traffic.computeIfAbsent(digest, _ -> new Traffic());
    }

    /** What was counted for a blob, while it is remembered. */
    public synchronized Optional<Traffic.Reading> read(Digest digest) {
        return Optional.ofNullable(traffic.get(digest)).map(Traffic::read);
    }
}
