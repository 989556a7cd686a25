package dev.darter.agent.blob;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;

/**
 * Looks at one's own copy again when a neighbour says that what it was sent is damaged: the disk may have rotted. In the background, and not more
 * often than now and then for each blob, since a neighbour may say so for no reason. Thread-safe.
 */
public final class Rechecks {

    private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MOST_REMEMBERED = 4096;

    private final SwarmBlobSource blobs;
    private final BlobContext context;
    private final Map<Digest, Long> lastAt = new ConcurrentHashMap<>();

    public Rechecks(SwarmBlobSource blobs, BlobContext context) {
        this.blobs = blobs;
        this.context = context;
    }

    /** Hashes the chunk again, or all of a complete blob; what is damaged is thrown away and told to the engine. Returns at once. */
    public void check(BlobKey blob, int chunk) {
        long now = System.nanoTime();
        Long last = lastAt.get(blob.digest());
        if (last == null || now - last > PAUSE_NANOS) {
            if (lastAt.size() >= MOST_REMEMBERED) {
                lastAt.clear();
            }
            lastAt.put(blob.digest(), now);
            Thread.ofVirtual().name("recheck " + blob.digest()).start(() -> run(blob, chunk));
        }
    }

    private void run(BlobKey blob, int chunk) {
        try {
            Optional<Content> content = blobs.content(blob);
            if (content.isPresent()) {
                content.get().recheck(chunk);
            } else {
                context.store().verify(blob.digest());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} can't be checked again", blob.digest(), e);
        }
    }
}
