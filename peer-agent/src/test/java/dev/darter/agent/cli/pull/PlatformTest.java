package dev.darter.agent.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({"linux/amd64, linux/amd64, true", "linux/arm64, linux/arm64/v8, true", "linux/arm/v7, linux/arm/v7, true",
            "linux/arm/v7, linux/arm/v6, false",
            "linux/arm/v7, linux/arm, false", "linux/amd64, windows/amd64, false", "linux/amd64, unknown/unknown, false"})
    void acceptsWhatRunsOnIt(String wanted, String offered, boolean accepted) {
        assertThat(Platform.parse(wanted).accepts(Platform.parse(offered))).isEqualTo(accepted);
        assertThat(Platform.parse(wanted)).hasToString(wanted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux/amd64/v1/x", "Linux/amd64"})
    void refusesWhatIsNoPlatform(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Platform.parse(text));
    }

    @Test
    void knowsThisHost() {
        assertThat(Platform.ofThisHost().os()).isEqualTo("linux");
    }
}
