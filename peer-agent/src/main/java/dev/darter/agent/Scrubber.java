package dev.darter.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.Digest;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;

/** Looks through the whole store now and then, slowly, for blobs that have rotted on disk; those are thrown away and fetched again when wanted. */
final class Scrubber implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

    private final ChunkStore store;
    private final Duration pause;
    private final TokenBucket rate;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("scrub").unstarted(this::run);

    private Scrubber(ChunkStore store, Duration pause, TokenBucket rate) {
        this.store = store;
        this.pause = pause;
        this.rate = rate;
    }

    /**
     * Begins after the first pause.
     *
     * @param pause between two passes
     * @param rate at which the disk is read
     */
    static Scrubber start(ChunkStore store, Duration pause, TokenBucket rate) {
        Scrubber scrubber = new Scrubber(store, pause, rate);
        scrubber.thread.start();
        return scrubber;
    }

    private void run() {
        try {
            while (!closesWithin(pause)) {
                List<Digest> damaged = store.scrub(this::slowDown);
                LOG.info("All blobs in the store were hashed again; {} were damaged and are gone", damaged.size());
            }
        } catch (CancellationException e) {
            LOG.debug("The agent stops within a scrub");
        }
    }

    private void slowDown(long bytes) {
        if (closesWithin(rate.reserve(bytes))) {
            throw new CancellationException();
        }
    }

    /** Waits for a while, or until the agent stops. Without interrupts: one that met the thread in a file would close the file. */
    private boolean closesWithin(Duration time) {
        try {
            return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Ends within the time that one chunk takes. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
