package dev.darter.agent.cli;

import org.jspecify.annotations.Nullable;

/** A command can't go on. The message is one sentence for the user that says what to do. */
public final class CommandException extends Exception {
    private final int exitCode;

    private CommandException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What was asked for went wrong. */
    public static CommandException failed(String message, @Nullable Throwable cause) {
        return new CommandException(ExitCode.FAILED, message, cause);
    }

    /** The question itself is wrong. */
    public static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message, null);
    }

    /** Another program does not answer. */
    public static CommandException unreachable(String message, @Nullable Throwable cause) {
        return new CommandException(ExitCode.UNREACHABLE, message, cause);
    }

    /** There is no such image. */
    public static CommandException notFound(String message) {
        return new CommandException(ExitCode.NOT_FOUND, message, null);
    }

    /** The caller may not have it. */
    public static CommandException denied(String message) {
        return new CommandException(ExitCode.DENIED, message, null);
    }

    int exitCode() {
        return exitCode;
    }
}
