package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps {@code docs/command-line.md} true. */
class CommandLinePageTest {
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");
    private static final Path PAGE = Path.of(System.getProperty("user.dir")).resolve("../docs/command-line.md").normalize();

    @ParameterizedTest
    @ValueSource(strings = {"up", "agent", "scheduler", "pull", "status", "version"})
    void namesEveryOption(String command) throws IOException {
        TreeSet<String> options = new TreeSet<>(
                OPTION.matcher(CliRun.of(command, "--help").out).results().map(MatchResult::group).toList());

        assertThat(options).isNotEmpty();
        assertThat(Files.readString(PAGE)).contains("`darter " + command).contains(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2", "3", "4", "5", "130"})
    void namesEveryExitCode(String code) throws IOException {
        assertThat(CliRun.of("agent", "--help").out).containsPattern("(?m)^ +" + code + " +\\w");
        assertThat(Files.readString(PAGE)).contains("\n| " + code + " |");
    }
}
