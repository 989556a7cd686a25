package dev.darter.agent.blob;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.Digest;

/**
 * Looks at one's own copy again when a neighbour says that what it was sent is damaged, or when a runtime asks again for what it has just been
 * given: the disk may have rotted. In the background, and not more often than now and then for each blob, since there may be other reasons.
 * Thread-safe.
 */
final class Rechecks {

    private static final Logger LOG = LoggerFactory.getLogger(Rechecks.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_REMEMBERED = 4096;

    private interface Check {
        void run() throws IOException;
    }

    private final BlobContext context;
    private final Map<Digest, Long> checkedAt = new ConcurrentHashMap<>();
    private final Map<Digest, Long> givenAt = new ConcurrentHashMap<>();

    Rechecks(BlobContext context) {
        this.context = context;
    }

    /** Hashes a chunk of a blob that is on its way; what is damaged is thrown away and told to the engine. Returns at once. */
    void check(Digest digest, Content content, int chunk) {
        soon(digest, () -> content.recheck(chunk));
    }

    /** Hashes a complete blob; a damaged one is thrown away. Returns at once. */
    void check(Digest digest) {
        soon(digest, () -> context.store().verify(digest));
    }

    /** A runtime reads the whole of a complete blob; if it does so for the second time within a minute the blob is hashed. Returns at once. */
    void given(Digest digest) {
        if (isRepeated(givenAt, digest)) {
            check(digest);
        }
    }

    private void soon(Digest digest, Check check) {
        if (!isRepeated(checkedAt, digest)) {
            Thread.ofVirtual().name("recheck " + digest).start(() -> {
                try {
                    check.run();
                } catch (IOException | IllegalArgumentException e) {
                    LOG.warn("{} can't be checked again", digest, e);
                }
            });
        }
    }

    /** Whether the same was noted shortly before; notes it otherwise. */
    private static boolean isRepeated(Map<Digest, Long> noted, Digest digest) {
        long now = System.nanoTime();
        Long last = noted.get(digest);
        if (last != null && now - last < PAUSE_NANOS) {
            return true;
        }
        if (noted.size() >= MOST_REMEMBERED) {
            noted.clear();
        }
        noted.put(digest, now);
        return false;
    }
}
