package dev.darter.agent.cli;

import java.time.Duration;

import dev.darter.service.Shutdown;

/** Keeps a program up until somebody asks it to end. */
final class Serving {
    /** For what comes after the transfers: closing the store, saying goodbye to the scheduler. */
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(10);

    private Serving() {}

    static int untilAskedToEnd(String name, Duration drain, Shutdown.Step close) throws InterruptedException {
        Shutdown shutdown = new Shutdown(drain.plus(AFTER_DRAIN));
        shutdown.add(name, _ -> close.stop(drain));
        shutdown.onSignals();
        shutdown.await();
        return ExitCode.OK;
    }
}
