package dev.darter.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program with its arguments, environment and log file, ready to be started ({@link #start}) or to be run to its end
 * ({@link #run}). The first argument is found by {@link Programs} unless it is a path.
 */
record Command(String name, List<String> arguments, Map<String, String> environment, Path logFolder) {
    private static final int LONGEST_QUOTE = 3_000;

    /** What a program that ran to its end left behind. */
    record Output(int exitCode, String stdout, String stderr, Duration elapsed) {
        boolean succeeded() {
            return exitCode == 0;
        }

        /** Fails the test with the program's own words unless it ended well. */
        Output orFail(String what) {
            if (!succeeded()) {
                throw new AssertionError(what + " ended with " + exitCode + "\n" + tail(stdout) + tail(stderr));
            }
            return this;
        }
    }

    static Command of(Path logFolder, String name, String... arguments) {
        return new Command(name, List.of(arguments), Map.of(), logFolder);
    }

    Command with(String... more) {
        return new Command(name, Stream.concat(arguments.stream(), Stream.of(more)).toList(), environment, logFolder);
    }

    Command with(List<String> more) {
        return with(more.toArray(String[]::new));
    }

    Command environment(String key, String value) {
        Map<String, String> extended = new LinkedHashMap<>(environment);
        extended.put(key, value);
        return new Command(name, arguments, Map.copyOf(extended), logFolder);
    }

    /** Starts the program; its output goes to {@code <name>.log} in the log folder, appended if it is there. */
    Child start() {
        try {
            Path log = Files.createDirectories(logFolder).resolve(name + ".log");
            ProcessBuilder builder = builder().redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new Child(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + arguments, e);
        }
    }

    /** Runs the program to its end. One that takes longer than {@code limit} is killed and fails the test. */
    Output run(Duration limit) {
        long started = System.nanoTime();
        try {
            Files.createDirectories(logFolder);
            Path stdout = Files.createTempFile(logFolder, name + "-", ".out");
            Path stderr = Files.createTempFile(logFolder, name + "-", ".err");
            Process process = builder().redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
            if (!awaitEnd(process, limit)) {
                process.destroyForcibly();
                throw new AssertionError(arguments + " did not end in " + limit + "\n" + tail(Files.readString(stdout))
                        + tail(Files.readString(stderr)));
            }
            return new Output(process.exitValue(), Files.readString(stdout), Files.readString(stderr),
                    Duration.ofNanos(System.nanoTime() - started));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + arguments, e);
        }
    }

    private ProcessBuilder builder() throws IOException {
        Watchdog watchdog = Watchdog.instance();
        List<String> line = Stream.concat(Stream.of(executable()), arguments.stream().skip(1)).toList();
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        watchdog.mark(builder.environment());
        return builder;
    }

    private String executable() {
        String first = arguments.getFirst();
        return first.contains("/") ? first : Programs.path(first);
    }

    /** Progress bars say the same many times over. */
    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - LONGEST_QUOTE));
    }

    private static boolean awaitEnd(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
