package dev.darter.agent;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.function.IntConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process with one of its own threads: without the thread that decides, an agent or scheduler would keep its links and answer nobody, while
 * another process, or the same one started again, takes over at once. Virtual threads belong to one request or message and end alone.
 */
record FatalErrors(IntConsumer halt) implements UncaughtExceptionHandler {

    /** Failed, as the command line has it. */
    static final int STATUS = 1;

    private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        LOG.error("{} has failed", thread.getName(), failure);
        if (!thread.isVirtual() && failure instanceof Error) {
            halt.accept(STATUS);
        }
    }
}
