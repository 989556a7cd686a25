package dev.darter.agent.blob;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;

/**
 * One reading of a blob from its origin under a lease, on a virtual thread of its own, which may be stopped at any time. A caller whose credentials
 * the origin refuses is replaced by the next one.
 */
abstract class OriginTask {

    private static final Logger LOG = LoggerFactory.getLogger(OriginTask.class);

    private final Download download;
    private final long epoch;
    private volatile boolean stopped;
    /** Set while {@link OriginAccess#open} runs, the only place where the thread may be interrupted: it must not be at work on a file. */
    private @Nullable Thread opening;
    private @Nullable OriginBody body;

    OriginTask(Download download, long epoch) {
        this.download = download;
        this.epoch = epoch;
    }

    /** How a reading ended. */
    record Ended(Outcome outcome, Duration retryAfter) {

        static Ended with(Outcome outcome) {
            return new Ended(outcome, Duration.ZERO);
        }
    }

    /** Reads with one caller's credentials; an {@link OriginException} is what the origin said. */
    abstract Ended readWith(OriginAccess origin) throws IOException, InterruptedException;

    /** Tells the engine; not called when it was stopped. */
    abstract void tell(Ended ended);

    final Download download() {
        return download;
    }

    final long epoch() {
        return epoch;
    }

    final boolean isStopped() {
        return stopped;
    }

    final void start() {
        Thread.ofVirtual().name("origin of " + download.blob().digest()).start(this::run);
    }

    /** Ends the reading soon, from any thread; nothing is reported then. */
    final synchronized void stop() {
        stopped = true;
        if (opening != null) {
            opening.interrupt();
        }
        if (body != null) {
            body.close();
        }
    }

    private void run() {
        Ended ended;
        try {
            ended = read();
        } catch (InterruptedException e) {
            ended = Ended.with(Outcome.GIVEN_UP);
        } catch (IOException | RuntimeException e) {
            if (!stopped) {
                LOG.warn("Reading {} from {} failed", download.blob().digest(), download.blob().registry(), e);
            }
            ended = Ended.with(Outcome.UNAVAILABLE);
        }
        download.origin().ended(this);
        if (!stopped) {
            tell(ended);
        }
    }

    /** Asks with one caller's credentials after the other until one is let in. */
    private Ended read() throws IOException, InterruptedException {
        boolean denied = false;
        while (!stopped) {
            Optional<DownloadReader> caller = download.caller();
            if (caller.isEmpty()) {
                return Ended.with(denied ? Outcome.DENIED : Outcome.GIVEN_UP);
            }
            try {
                return readWith(caller.get().request().origin());
            } catch (OriginException e) {
                if (!stopped) {
                    LOG.info("{} does not give {}: {}", download.blob().registry(), download.blob().digest(), e.getMessage());
                }
                switch (e.kind()) {
                    case UNAUTHORIZED, FORBIDDEN, NOT_FOUND -> {
                        denied = true;
                        download.refused(caller.get(), e);
                    }
                    case THROTTLED -> {
                        return new Ended(Outcome.THROTTLED, e.retryAfter().orElse(Duration.ofSeconds(1)));
                    }
                    case UNAVAILABLE, WRONG_CONTENT -> {
                        return Ended.with(Outcome.UNAVAILABLE);
                    }
                }
            }
        }
        return Ended.with(Outcome.GIVEN_UP);
    }

    /** Opens the origin from an offset on; for a length of -1 to the end. */
    final OriginBody open(OriginAccess origin, long offset, long length) throws IOException, InterruptedException {
        synchronized (this) {
            opening = Thread.currentThread();
        }
        OriginBody opened;
        try {
            opened = length < 0 ? origin.open(offset) : origin.open(offset, length);
        } finally {
            synchronized (this) {
                opening = null;
            }
        }
        synchronized (this) {
            body = opened;
            if (stopped) {
                opened.close();
                throw new InterruptedException("Stopped while the origin was asked");
            }
        }
        return opened;
    }

    /** Counts bytes that came, and waits where they come faster than the operator allows. */
    final void count(int received) throws InterruptedException {
        download.context().meters().receivedFromOrigin(received);
        download.traffic().origin(received);
        download.context().downloadRate().take(received);
    }
}
