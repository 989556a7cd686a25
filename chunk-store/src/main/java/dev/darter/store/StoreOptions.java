package dev.darter.store;

import java.nio.file.Path;

/**
 * How a store is kept.
 *
 * @param data its folder, created if missing; one process at a time
 * @param quotaBytes what its blobs may take up
 * @param highWatermark share of the quota at which eviction begins
 * @param lowWatermark share of the quota at which eviction ends
 */
public record StoreOptions(Path data, long quotaBytes, double highWatermark, double lowWatermark) {

    /** Rejects watermarks that aren't 0 &lt; low &lt;= high &lt;= 1 with an {@link IllegalArgumentException}. */
    public StoreOptions {
        if (quotaBytes <= 0) {
            throw new IllegalArgumentException("A quota of " + quotaBytes + " bytes leaves no room for any blob");
        }
        if (!(lowWatermark > 0 && lowWatermark <= highWatermark && highWatermark <= 1)) {
            throw new IllegalArgumentException("Watermarks must be 0 < low <= high <= 1, not " + lowWatermark + " and " + highWatermark);
        }
    }

    /** Eviction begins when the quota is used up to 95 % and ends at 85 %. */
    public static StoreOptions of(Path data, long quotaBytes) {
        return new StoreOptions(data, quotaBytes, 0.95, 0.85);
    }
}
