package dev.darter.e2e;

import java.time.Duration;
import java.util.List;

/** One running {@code darter}, as a process of its own. It can be killed, frozen, and started again as it was. */
final class DarterProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Command command;
    private final Admin admin;
    private Child process;

    private DarterProcess(Command command, Admin admin) {
        this.command = command;
        this.admin = admin;
        this.process = command.start();
    }

    /** The command {@code darter <words>}, with the options for the JVM that the script {@code ./darter} gives. */
    static Command command(Sandbox sandbox, String name, List<String> words) {
        return sandbox.command(name, Programs.java(), "@" + Checkout.javaOptions(), "-jar", Checkout.darterJar().toString()).with(words);
    }

    /** Starts {@code darter <words>} without waiting for it; its admin listener's address is added. */
    static DarterProcess launch(Sandbox sandbox, String name, List<String> words) {
        Admin admin = new Admin(Ports.free());
        // -Dlog.level=debug on the command line of the tests has the programs say each of their decisions.
        Command command = command(sandbox, name, words)
                .with("--admin", admin.address(), "--log-level", System.getProperty("log.level", "info"));
        return sandbox.closeLater(new DarterProcess(command, admin));
    }

    /** Waits until {@code /readyz} answers 200: from then on it accepts work. */
    DarterProcess awaitReady() {
        Waiting.until(command.name() + " is ready", START_LIMIT, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(command.name() + " ended: " + process.log());
            }
            return isReady();
        });
        return this;
    }

    boolean isReady() {
        return admin.isReady();
    }

    /** One of the program's metrics, summed over its labels; 0 if there is none of this name. */
    double metric(String name) {
        return metrics().sum(name);
    }

    Metrics metrics() {
        return admin.metrics();
    }

    /** Where it tells its metrics, {@code 127.0.0.1:<port>}. */
    String adminAddress() {
        return admin.address();
    }

    Child process() {
        return process;
    }

    /** Ends it the orderly way; the test fails unless the exit code says that all went well. */
    void stop() {
        int code = process.terminate(STOP_LIMIT);
        if (code != 0) {
            throw new AssertionError(command.name() + " ended with " + code + " after SIGTERM: " + process.log());
        }
    }

    /** Starts it again with the options it had. */
    void restart() {
        process.close();
        process = command.start();
        awaitReady();
    }

    @Override
    public void close() {
        // A frozen process does not see a SIGTERM.
        if (process.isAlive()) {
            process.thaw();
        }
        process.close();
    }
}
