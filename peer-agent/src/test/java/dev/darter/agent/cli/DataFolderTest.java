package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

class DataFolderTest {
    @Test
    void isTheHostsForRoot() {
        assertThat(DataFolder.of(Map.of("HOME", "/root"), "root", "/root")).hasToString("/var/lib/darter");
    }

    @Test
    void isWhereTheEnvironmentSays() {
        Map<String, String> environment = Map.of("HOME", "/home/b", "XDG_DATA_HOME", "/data");

        assertThat(DataFolder.of(environment, "alice", "/home/a")).hasToString("/data/darter");
        assertThat(DataFolder.of(Map.of("HOME", "/home/b"), "alice", "/home/a")).hasToString("/home/b/.local/share/darter");
        assertThat(DataFolder.of(Map.of("HOME", "relative"), "alice", "/home/a")).hasToString("/home/a/.local/share/darter");
    }

    @Test
    void isNeverBelowTheCurrentFolderForAUserWithoutAHome() {
        assertThat(DataFolder.of(Map.of(), "1000", "?")).hasToString("/var/lib/darter");
    }
}
