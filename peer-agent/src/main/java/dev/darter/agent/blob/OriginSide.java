package dev.darter.agent.blob;

import org.jspecify.annotations.Nullable;

/** Reading of one download's origin that is under way, if any. Not thread-safe: guarded by its download's lock. */
final class OriginSide {

    private final Download download;
    private @Nullable OriginReader reading;

    OriginSide(Download download) {
        this.download = download;
    }

    /** Begins to read; an earlier reading ends. */
    void read(long epoch, int from, int to) {
        stop();
        OriginReader fresh = new OriginReader(download, epoch, from, to);
        reading = fresh;
        fresh.start();
    }

    /** Ends the reading under this lease. */
    void stop(long epoch) {
        if (reading != null && reading.epoch() == epoch) {
            stop();
        }
    }

    void stop() {
        if (reading != null) {
            reading.stop();
            reading = null;
        }
    }
}
