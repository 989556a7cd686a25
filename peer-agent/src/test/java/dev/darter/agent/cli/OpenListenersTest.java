package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenListenersTest {
    @Test
    void warnsOfEachListenerThatOthersReach() {
        assertThat(OpenListeners.warnings(CliRun.of("agent").agent())).isEmpty();
        assertThat(OpenListeners.warnings(CliRun.of("agent", "--proxy", "0.0.0.0:65001").agent())).singleElement()
                .asString()
                .startsWith("--proxy 0.0.0.0:65001 ")
                .contains("everybody who reaches it can pull");
        assertThat(OpenListeners.warnings(CliRun.of("up", "--admin", "192.0.2.1:65004").agent())).singleElement()
                .asString()
                .startsWith("--admin 192.0.2.1:65004 ");
    }
}
