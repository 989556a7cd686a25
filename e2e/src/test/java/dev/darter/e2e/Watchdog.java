package dev.darter.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * The scratch folder of this run of the tests, and a shell script beside the JVM that ends all programs, mounts and
 * files of the run as soon as the JVM is gone: also after SIGKILL, which runs no shutdown hook.
 */
final class Watchdog {
    /** Not {@code DARTER_…}: the product takes such variables for its settings. */
    private static final String MARK = "E2E_RUN_OF_DARTER";

    private final Path folder;

    @SuppressWarnings("unused") // Its standard input is the pipe whose end tells the script that the JVM is gone.
    private final Process script;

    private Watchdog(Path folder, Process script) {
        this.folder = folder;
        this.script = script;
    }

    static Watchdog instance() {
        return Holder.INSTANCE;
    }

    /** Short, because the path of a Unix socket must not have more than 107 bytes. */
    Path folder() {
        return folder;
    }

    /** The control group for the containers of this run; engines would leave theirs behind. */
    String cgroup() {
        return "/" + folder.getFileName();
    }

    /** Marks a program that is about to be started, and whatever it starts, as part of this run. */
    void mark(Map<String, String> environment) {
        environment.put(MARK, folder.toString());
    }

    private static Watchdog start() {
        try {
            // Short: podman refuses a run folder whose path has more than 50 characters, and up to 20 digits are added here.
            Path folder = Files.createTempDirectory("dt-");
            Path script = folder.resolve("watchdog.sh");
            try (InputStream text = Watchdog.class.getResourceAsStream("watchdog.sh")) {
                Files.copy(Objects.requireNonNull(text, "watchdog.sh"), script);
            }
            // A session of its own: a Ctrl-C in the terminal must not end it before it has done its work.
            Process process = new ProcessBuilder(Programs.path("setsid"), "sh", script.toString(), folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Watchdog(folder, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        static final Watchdog INSTANCE = start();
    }
}
