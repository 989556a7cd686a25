package dev.darter.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;
import dev.darter.scheduler.SchedulerOptions;

/** Runs a command line whose programs only note what they were started with, and then fail. */
public final class CliRun {
    static final String NOT_STARTED = "nothing is started in a test";

    final List<AgentOptions> agents = new ArrayList<>();
    final List<SchedulerOptions> schedulers = new ArrayList<>();
    /** What the process would end with. */
    public final int exitCode;
    /** The standard output. */
    public final String out;
    /** The standard error stream. */
    public final String errors;

    private CliRun(Map<String, String> environment, String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errorText = new StringWriter();
        Programs programs = new Programs() {
            @Override
            public RunningAgent startAgent(AgentOptions options) throws IOException {
                agents.add(options);
                throw new IOException(NOT_STARTED);
            }

            @Override
            public RunningScheduler startScheduler(SchedulerOptions options) throws IOException {
                schedulers.add(options);
                throw new IOException(NOT_STARTED);
            }
        };
        exitCode = new DarterCli(programs, environment, new PrintWriter(outText), new PrintWriter(errorText)).run(arguments);
        out = outText.toString();
        errors = errorText.toString();
    }

    /** Runs with an empty environment. */
    public static CliRun of(String... arguments) {
        return new CliRun(Map.of(), arguments);
    }

    /** Runs with these environment variables. */
    public static CliRun with(Map<String, String> environment, String... arguments) {
        return new CliRun(environment, arguments);
    }

    /** The options of the one agent that was to be started. */
    AgentOptions agent() {
        if (agents.size() != 1) {
            throw new AssertionError("no agent was started: " + errors);
        }
        return agents.getFirst();
    }

    /** The options of the one scheduler that was to be started. */
    SchedulerOptions scheduler() {
        if (schedulers.size() != 1) {
            throw new AssertionError("no scheduler was started: " + errors);
        }
        return schedulers.getFirst();
    }
}
