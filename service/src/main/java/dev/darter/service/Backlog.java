package dev.darter.service;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what was read and waits to be worked off. Too much of it pauses reading; half of that resumes it. Only the event loop pauses and resumes,
 * and whoever pauses looks again: otherwise all might be worked off between the count and the pause, and nobody would be left to resume.
 */
final class Backlog {
    private final long most;
    private final Executor eventLoop;
    private final Runnable pause;
    private final Runnable resume;
    private final AtomicLong waiting = new AtomicLong();

    /** @param most bytes that may wait before reading pauses */
    Backlog(long most, Executor eventLoop, Runnable pause, Runnable resume) {
        this.most = most;
        this.eventLoop = eventLoop;
        this.pause = pause;
        this.resume = resume;
    }

    /** So much more was read; on the event loop. */
    void added(long bytes) {
        if (waiting.addAndGet(bytes) >= most) {
            pause.run();
            resumeIfShort();
        }
    }

    /** So much was worked off; on any thread. */
    void done(long bytes) {
        long left = waiting.addAndGet(-bytes);
        if (left <= most / 2 && left + bytes > most / 2) {
            eventLoop.execute(this::resumeIfShort);
        }
    }

    private void resumeIfShort() {
        if (waiting.get() <= most / 2) {
            resume.run();
        }
    }
}
