package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that a test has started and that runs beside it. Closing it ends it. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final String name;
    private final Process process;
    private final Path log;

    Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    long pid() {
        return process.pid();
    }

    /** The most memory that it ever had at once, shared libraries included. */
    long mostResidentBytes() {
        try (Stream<String> status = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            String kibibytes = status.filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow().replaceAll("\\D", "");
            return Long.parseLong(kibibytes) << 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM, and the exit code if it ends in time. */
    int terminate(Duration limit) {
        process.destroy();
        return exitCode(limit);
    }

    /** SIGKILL: what a power failure looks like to the others. */
    void kill() {
        process.destroyForcibly();
        exitCode(PATIENCE);
    }

    /** SIGSTOP: its sockets stay open and silent. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    int exitCode(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end in " + limit + ", see " + log);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void signal(String signal) {
        // Not a Command: signals are sent while tests clean up as well, and must not need a log folder.
        try {
            Process kill = new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(pid())).inheritIO().start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("cannot send " + signal + " to " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Ends the program the friendly way if it takes it, and by force otherwise. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
