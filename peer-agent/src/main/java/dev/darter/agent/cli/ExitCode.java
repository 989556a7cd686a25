package dev.darter.agent.cli;

/** What the process tells its caller at the end; scripts rely on the numbers. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int NOT_FOUND = 4;
    static final int DENIED = 5;
    /** What the JVM ends with at SIGINT where nobody handles it. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
