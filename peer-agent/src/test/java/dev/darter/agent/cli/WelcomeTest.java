package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.RunningAgent;
import dev.darter.service.HostPort;

class WelcomeTest {
    /** Listens where it was told to. */
    private record Agent(HostPort proxy, HostPort peer, HostPort admin, Optional<HostPort> scheduler) implements RunningAgent {
        @Override
        public void close(Duration drain) {}
    }

    @Test
    void saysHowToSetUpEachRuntime() {
        assertThat(welcome()).contains("/etc/containerd/certs.d/docker.io/hosts.toml",
                "{ \"registry-mirrors\": [\"http://127.0.0.1:65001\"] }",
                "location = \"127.0.0.1:65001/docker.io\"", "Or try it     ./darter pull busybox\n");
    }

    @Test
    void asksForANameWithoutAPortForPodman() {
        assertThat(welcome("--upstream", "127.0.0.1:5000"))
                .contains("podman        needs a name without a port: add --upstream NAME=http://127.0.0.1:5000\n")
                .doesNotContain("[[registry.mirror]]");
        assertThat(welcome("--upstream", "127.0.0.1:5000", "--upstream", "local=http://127.0.0.1:5000"))
                .contains("location = \"127.0.0.1:5000\"\n", "location = \"127.0.0.1:65001/local\"\n");
    }

    @Test
    void givesDockersSettingOnlyWhereItIsForDockerHub() {
        assertThat(welcome("--upstream", "ghcr.io")).contains("Docker Hub only").doesNotContain("{ \"registry-mirrors\"");
        assertThat(welcome("--upstream", "ghcr.io", "--upstream", "docker.io")).doesNotContain("{ \"registry-mirrors\"");
        assertThat(welcome("--upstream", "docker.io", "--upstream", "ghcr.io")).contains("{ \"registry-mirrors\"");
    }

    @Test
    void namesTheAddressesThatPullHasToBeTold() {
        assertThat(welcome("--admin", "127.0.0.1:7004", "--upstream", "ghcr.io"))
                .contains("Or try it     ./darter pull --proxy 127.0.0.1:65001 --admin 127.0.0.1:7004 ghcr.io/REPOSITORY:TAG\n");
    }

    @Test
    void namesAddressesThatCanBeConnectedTo() {
        assertThat(welcome("--proxy", "0.0.0.0:65001", "--admin", "[::]:7004")).doesNotContain("0.0.0.0", "[::]")
                .contains("mirror      http://127.0.0.1:65001 for", "http://[::1]:7004/metrics", "--admin [::1]:7004");
    }

    private static String welcome(String... more) {
        String[] words = new String[1 + more.length];
        words[0] = "up";
        System.arraycopy(more, 0, words, 1, more.length);
        AgentOptions options = CliRun.of(words).agent();
        return Welcome.text(new Agent(options.proxy(), options.peer(), options.admin(), Optional.empty()), options, "./darter");
    }
}
