package dev.darter.service;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what was read and waits to be worked off. Too much of it pauses reading; half of that resumes it. Only the event loop pauses and resumes,
 * and whoever pauses looks again: otherwise all might be worked off between the count and the pause, and nobody would be left to resume.
 */
final class Backlog {
    private final int most;
    private final Executor eventLoop;
    private final Runnable pause;
    private final Runnable resume;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param most how much may wait before reading pauses */
    Backlog(int most, Executor eventLoop, Runnable pause, Runnable resume) {
        this.most = most;
        this.eventLoop = eventLoop;
        this.pause = pause;
        this.resume = resume;
    }

    /** One more was read; on the event loop. */
    void added() {
        if (waiting.incrementAndGet() >= most) {
            pause.run();
            resumeIfShort();
        }
    }

    /** One was worked off; on any thread. */
    void done() {
        if (waiting.decrementAndGet() == most / 2) {
            eventLoop.execute(this::resumeIfShort);
        }
    }

    private void resumeIfShort() {
        if (waiting.get() <= most / 2) {
            resume.run();
        }
    }
}
