package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {

    private static final Optional<Credentials.Own> ANN = Optional.of(new Credentials.Own("ann", "p:w"));

    @TempDir
    private Path folder;
    private Path file;
    private final Fixture.ManualClock clock = new Fixture.ManualClock();

    @BeforeEach
    void name() {
        file = folder.resolve("config.json");
    }

    private Optional<Credentials.Own> find(String config, String registry) throws IOException, InterruptedException {
        Files.writeString(file, config);
        return new DockerConfig(file, Map.of("PATH", "/nowhere:" + folder), clock).find(registry);
    }

    private void helper(String name, String script) throws IOException {
        Path helper = folder.resolve("docker-credential-" + name);
        Files.writeString(helper, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ghcr.io", "https://ghcr.io", "https://GHCR.io/v2/", "ghcr.io/team"})
    void readsAnAccountUnderEveryFormOfTheKey(String key) throws Exception {
        assertThat(find("{\"auths\":{\"other.io\":{},\"" + key + "\":{\"auth\":\"YW5uOnA6dw==\"}}}", "ghcr.io")).isEqualTo(ANN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io", "registry-1.docker.io", "index.docker.io"})
    void knowsDockerHubByAllItsNames(String registry) throws Exception {
        assertThat(find("{\"auths\":{\"https://index.docker.io/v1/\":{\"username\":\"ann\",\"password\":\"p:w\"}}}", registry))
                .isEqualTo(ANN);
    }

    @Test
    void readsAnIdentityToken() throws Exception {
        assertThat(find("{\"auths\":{\"a.io\":{\"auth\":\"YW5uOg==\",\"identitytoken\":\"refresh\"}}}", "a.io"))
                .contains(new Credentials.Own("<token>", "refresh"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"auths\":{\"a.io\":{}}}", "{\"auths\":{\"a.io\":{\"auth\":\"!\"}}}", "{\"auths\":[]}",
            "{\"auths\":{\"b.io\":{\"auth\":\"YW5uOnA6dw==\"}}}"})
    void findsNothing(String config) throws Exception {
        assertThat(find(config, "a.io")).isEmpty();
    }

    @Test
    void findsNothingWithoutAFile() throws Exception {
        assertThat(new DockerConfig(file, Map.of(), clock).find("a.io")).isEmpty();
    }

    @Test
    void asksTheRegistrysHelper() throws Exception {
        helper("here", "read server\n[ \"$1 $server\" = 'get a.io:5000' ] && echo '{\"Username\":\"ann\",\"Secret\":\"p:w\"}'\n");
        assertThat(find("{\"credsStore\":\"missing\",\"credHelpers\":{\"a.io:5000\":\"here\"}}", "a.io:5000")).isEqualTo(ANN);
    }

    @Test
    void asksTheStoreForDockerHubByItsOldName() throws Exception {
        helper("store", "read server\n[ \"$server\" = https://index.docker.io/v1/ ] && echo '{\"Username\":\"ann\",\"Secret\":\"p:w\"}'\n");
        assertThat(find("{\"credsStore\":\"store\"}", "docker.io")).isEqualTo(ANN);
    }

    @Test
    void takesNotFoundForAnAnswer() throws Exception {
        helper("store", "echo 'credentials not found in native keychain'\nexit 1\n");
        assertThat(find("{\"credsStore\":\"store\",\"auths\":{\"a.io\":{\"auth\":\"YW5uOnA6dw==\"}}}", "a.io")).isEqualTo(ANN);
    }

    @Test
    void saysWhatIsWrongWithoutSecrets() throws Exception {
        helper("failing", "echo secret\nexit 3\n");
        helper("chatty", "echo secret\n");
        assertSays("{\"credsStore\":\"failing\"}", "docker-credential-failing failed with exit code 3");
        assertSays("{\"credsStore\":\"chatty\"}", "docker-credential-chatty did not answer with JSON");
        assertSays("{\"credsStore\":\"absent\"}", "docker-credential-absent is not in the PATH");
        assertSays("{\"credsStore\":\"../evil\"}", "is no name of a credential helper");
        assertSays("{\"auths\":", "is not JSON");
    }

    private void assertSays(String config, String message) {
        assertThatThrownBy(() -> find(config, "a.io")).isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void readsTheFileAgainAfterAMinute() throws Exception {
        DockerConfig config = new DockerConfig(file, Map.of(), clock);
        assertThat(config.find("a.io")).isEmpty();
        Files.writeString(file, "{\"auths\":{\"a.io\":{\"auth\":\"YW5uOnA6dw==\"}}}");
        assertThat(config.find("a.io")).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(config.find("a.io")).isEqualTo(ANN);
    }

    @Test
    void looksWhereDockerDoes() {
        assertThat(DockerConfig.defaultFile(Map.of("HOME", "/home/ann"))).isEqualTo(Path.of("/home/ann/.docker/config.json"));
        assertThat(DockerConfig.defaultFile(Map.of("HOME", "/home/ann", "DOCKER_CONFIG", "/etc/d")))
                .isEqualTo(Path.of("/etc/d/config.json"));
    }
}
