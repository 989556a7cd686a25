package dev.darter.agent.cli;

import java.io.IOException;
import java.time.Duration;

import dev.darter.service.Shutdown;

/** Keeps a program up until somebody asks it to end. */
final class Serving {
    /** For what comes after the transfers: closing the store, saying goodbye to the scheduler. */
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(10);

    private Serving() {}

    /** Starts a program and tells how to stop it. */
    @FunctionalInterface
    interface Start {
        Shutdown.Step start() throws IOException;
    }

    /** Starts, and blocks until the program was asked to end; one that is asked while it starts ends too. */
    static int serve(String name, Duration drain, Start program) throws IOException, InterruptedException {
        Shutdown shutdown = new Shutdown();
        shutdown.onSignals(drain.plus(AFTER_DRAIN));
        try {
            Shutdown.Step close = program.start();
            shutdown.add(name, _ -> close.stop(drain));
        } catch (IOException | RuntimeException e) {
            shutdown.offSignals();
            throw e;
        }
        shutdown.await();
        return ExitCode.OK;
    }
}
