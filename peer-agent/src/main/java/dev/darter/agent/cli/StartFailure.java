package dev.darter.agent.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.darter.agent.AgentOptions;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.HostPort;
import dev.darter.service.ListenException;

/** Says why a program did not start, and which of its settings to change. */
final class StartFailure {
    private StartFailure() {}

    static String ofAgent(IOException failure, AgentOptions options) {
        Map<String, HostPort> listeners = new TreeMap<>(
                Map.of("--proxy", options.proxy(), "--peer", options.peer(), "--admin", options.admin()));
        options.embeddedScheduler().ifPresent(scheduler -> listeners.put("--listen", scheduler.listen()));
        return fileSystem(failure)
                .filter(files -> files.getFile() != null && isOf(options.data(), Path.of(files.getFile())))
                .map(files -> "the data folder " + options.data() + " can't be used: " + reason(files)
                        + "; change its owner or give another with --data")
                .orElseGet(() -> listening(failure, listeners));
    }

    static String ofScheduler(IOException failure, SchedulerOptions options) {
        return listening(failure, new TreeMap<>(Map.of("--listen", options.listen(), "--admin", options.admin())));
    }

    private static String listening(IOException failure, Map<String, HostPort> listeners) {
        if (!(failure instanceof ListenException listen)) {
            return String.valueOf(failure.getMessage());
        }
        String settings = listeners.entrySet()
                .stream()
                .filter(listener -> listener.getValue().equals(listen.address()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" or "));
        return listen.getMessage() + (settings.isEmpty() ? "" : "; give another address with " + settings);
    }

    /** Folders above the data folder are made on the way to it. */
    private static boolean isOf(Path data, Path file) {
        Path complete = file.toAbsolutePath().normalize();
        return complete.startsWith(data) || data.startsWith(complete);
    }

    private static Optional<FileSystemException> fileSystem(Throwable failure) {
        if (failure instanceof FileSystemException files) {
            return Optional.of(files);
        }
        return Optional.ofNullable(failure.getCause()).flatMap(StartFailure::fileSystem);
    }

    /** Why a file can't be used, as a sentence that names it: the JDK's own messages are often only the name. */
    static String reason(FileSystemException failure) {
        String file = Objects.requireNonNullElse(failure.getFile(), "a file");
        return switch (failure) {
            case AccessDeniedException _ -> "the user " + System.getProperty("user.name") + " may not use " + file;
            case FileAlreadyExistsException _,NotDirectoryException _ -> file + " is not a folder";
            case NoSuchFileException _ -> file + " does not exist";
            default -> file + ": " + Objects.requireNonNullElse(failure.getReason(), "the disk failed");
        };
    }
}
