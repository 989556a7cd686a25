package dev.darter.agent;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.darter.agent.cli.DarterCli;

/** The {@code darter} program. */
public final class Main {

    private Main() {}

    /**
     * Runs the command line and ends the process with its status.
     *
     * @param arguments the words after {@code darter}
     */
    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler(new FatalErrors(Runtime.getRuntime()::halt));
        Map<String, String> environment = System.getenv();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new DarterCli(new ProcessPrograms(environment), environment, out, errors).run(arguments));
    }
}
