package dev.darter.agent.cli.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.agent.TransferLog.TransferBytes;
import dev.darter.agent.cli.CliRun;
import dev.darter.service.AdminServer;
import dev.darter.service.HostPort;
import dev.darter.service.Readiness;
import dev.darter.service.Telemetry;

class PullCommandTest {
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    @TempDir
    private Path folder = Path.of("set by JUnit");
    private final byte[] layer = new byte[3_000_000];
    private final byte[] config = bytes("{\"architecture\":\"any\"}");
    private final FakeMirror mirror = newMirror();
    private String image = "";

    private static FakeMirror newMirror() {
        try {
            return new FakeMirror();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void fill() {
        new Random(42).nextBytes(layer);
        image = "{\"schemaVersion\":2,\"config\":" + mirror.add("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":["
                + mirror.add(LAYER, layer) + ","
                + mirror.add(LAYER, layer) + "]}";
        mirror.tag("latest", bytes(image));
    }

    @AfterEach
    void stop() {
        mirror.close();
    }

    @Test
    void pullsEachBlobOnceAndSaysWhereItCameFrom() {
        mirror.transfers.put(FakeMirror.digest(layer).toString(), new TransferBytes(5, 6, 7));

        CliRun run = pull("app");

        assertThat(run.errors).isEmpty();
        assertThat(run.exitCode).isZero();
        assertThat(run.out).contains("Pulling docker.io/library/app:latest", "2 blobs",
                FakeMirror.digest(layer).hex().substring(0, 12) + ": Pull complete, 2.86 MiB",
                "Digest: " + FakeMirror.digest(bytes(image)), "2.86 MiB from the local store, 0 B from peers, 0 B from the origin");
    }

    @Test
    void reportsInJson() {
        JsonNode result = JsonMapper.shared().readTree(pull("app:latest", "--output", "json", "--platform", "linux/arm64").out);

        assertThat(result.path("image").asString()).isEqualTo("docker.io/library/app:latest");
        assertThat(result.path("platform").asString()).isEqualTo("linux/arm64");
        assertThat(result.path("bytes").asLong()).isEqualTo(layer.length + config.length + image.length());
        assertThat(result.path("sources").path("local").asLong()).isEqualTo(result.path("bytes").asLong());
        assertThat(result.path("parts")).hasSize(3);
        assertThat(result.path("parts").path(0).path("mediaType").asString()).isEqualTo(OCI_MANIFEST);
    }

    @Test
    void choosesThePlatformOfAnIndex() {
        byte[] other = bytes("{\"schemaVersion\":2,\"layers\":[]}");
        String offers = withPlatform(mirror.add(OCI_MANIFEST, other), "linux", "arm64") + ","
                + withPlatform(mirror.add(OCI_MANIFEST, bytes(image)), "linux", "amd64")
                + "," + withPlatform(mirror.add(OCI_MANIFEST, bytes("{}")), "unknown", "unknown");
        mirror.tag("many", bytes("{\"schemaVersion\":2,\"manifests\":[" + offers + "]}"));

        assertThat(pull("app:many", "--platform", "linux/amd64").out).contains("2 blobs");
        assertThat(pull("app:many", "--platform", "linux/arm64").out).contains("0 blobs");
        CliRun missing = pull("app:many", "--platform", "windows/amd64");
        assertThat(missing.exitCode).isEqualTo(4);
        assertThat(missing.errors).contains("choose with --platform among linux/arm64, linux/amd64").doesNotContain("unknown");
    }

    @Test
    void saysThatContainerdIsNotThere() {
        CliRun run = pull("app", "--containerd-socket", folder.resolve("none").toString());

        assertThat(run.exitCode).isEqualTo(3);
        assertThat(run.errors).contains("the image was pulled, but containerd at " + folder.resolve("none")).hasLineCount(1);
    }

    @Test
    void refusesAnEmptyNameOfContainerdsSocket() {
        CliRun run = pull("app", "--containerd-socket", "");

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("--containerd-socket is empty").hasLineCount(2);
    }

    @Test
    void refusesASingleImageOfAnotherPlatform() {
        byte[] made = bytes("{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}");
        mirror.tag("single", bytes("{\"schemaVersion\":2,\"config\":" + mirror.add("application/vnd.oci.image.config.v1+json", made)
                + ",\"layers\":[" + mirror.add(LAYER, layer) + "]}"));

        CliRun wrong = pull("app:single", "--platform", "linux/amd64");
        assertThat(wrong.exitCode).isEqualTo(4);
        assertThat(wrong.errors).contains("docker.io/library/app:single is one image, made for linux/arm64/v8 and not for linux/amd64")
                .hasLineCount(1);
        assertThat(wrong.out).doesNotContain("2.86 MiB in");

        assertThat(pull("app:single", "--platform", "linux/arm64").out).contains("app:single (linux/arm64/v8)");
        // Without the option it is taken as it is, and said to be what it is.
        assertThat(pull("app:single").out).contains("2 blobs", "app:single (linux/arm64/v8)");
    }

    @Test
    void takesWhatIsNoImageForAnyPlatform() {
        mirror.tag("artifact", bytes("{\"schemaVersion\":2,\"config\":" + mirror.add("application/vnd.oci.empty.v1+json", bytes("{}"))
                + ",\"layers\":[" + mirror.add(LAYER, layer) + "]}"));
        mirror.tag("text", bytes("{\"schemaVersion\":2,\"config\":" + mirror.add("text/plain", bytes("no JSON"))
                + ",\"layers\":[" + mirror.add(LAYER, layer) + "]}"));

        assertThat(pull("app:artifact", "--platform", "linux/s390x").exitCode).isZero();
        assertThat(pull("app:text", "--platform", "linux/s390x").exitCode).isZero();
    }

    @Test
    void takesANameWithoutADotForARegistryOfTheAgentIfItHasOneOfThatName() {
        CliRun own = pull("internal/app");
        assertThat(own.exitCode).isZero();
        assertThat(own.out)
                .contains(
                        "Pulling internal/app:latest (internal is a registry of this agent; Docker Hub's would be docker.io/internal/app:latest)");

        assertThat(pull("library/app").out).contains("Pulling docker.io/library/app:latest\n");
        assertThat(pull("docker.io/internal/app").errors).contains("there is no manifest of docker.io/internal/app:latest");
        // Without the agent's list there is Docker's rule alone.
        assertThat(CliRun.of("pull", "internal/app", "--proxy", mirror.proxyAddress()).out)
                .contains("Pulling docker.io/internal/app:latest");
    }

    @Test
    void saysWhatIsNoName() {
        CliRun run = pull("App");
        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("'App' is not the name of an image");
    }

    @Test
    void pullsByDigest() {
        assertThat(pull("app@" + FakeMirror.digest(bytes(image))).exitCode).isZero();
    }

    @Test
    void resumesABrokenBlob() {
        mirror.fragile.add(FakeMirror.digest(layer).toString());

        assertThat(pull("app").exitCode).isZero();
    }

    @Test
    void refusesBytesThatAreNotWhatTheirNameSays() {
        byte[] wrong = layer.clone();
        wrong[17]++;
        mirror.content.put(FakeMirror.digest(layer).toString(), wrong);

        CliRun run = pull("app");

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.errors).contains("what came as " + FakeMirror.digest(layer) + " is ").hasLineCount(1);
    }

    @Test
    void saysThatThereIsNoSuchImage() {
        CliRun run = pull("app:missing");

        assertThat(run.exitCode).isEqualTo(4);
        assertThat(run.errors).startsWith("darter: there is no manifest of docker.io/library/app:missing").hasLineCount(1);
    }

    @Test
    void usesTheAccountOfDockerLogin() throws Exception {
        mirror.wantsAccount = true;
        assertThat(pull("app").exitCode).isEqualTo(5);

        Files.writeString(folder.resolve("config.json"), "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YWxpY2U6c2VjcmV0\"}}}");
        CliRun run = pull("app");

        assertThat(run.exitCode).isZero();
        assertThat(run.out + run.errors).doesNotContain("secret", "YWxpY2U6c2VjcmV0");
    }

    @Test
    void saysHowToStartAnAgentWhenNoneAnswers() {
        mirror.close();

        CliRun run = pull("app");

        assertThat(run.exitCode).isEqualTo(3);
        assertThat(run.errors).contains(mirror.proxyAddress(), "darter up").hasLineCount(1);
    }

    @Test
    void pullsWithoutTheAdminListener() {
        CliRun run = CliRun.of("pull", "app", "--proxy", mirror.proxyAddress(), "--admin", "127.0.0.1:1");

        assertThat(run.exitCode).isZero();
        assertThat(run.out).contains("is not known");
    }

    @Test
    void asksNoOtherAgentWhereBytesCameFrom() {
        CliRun run = CliRun.of("pull", "app", "--proxy", mirror.proxyAddress());

        assertThat(run.exitCode).isZero();
        assertThat(run.out).contains("is not known: --proxy and --admin have to be given together");
        assertThat(JsonMapper.shared()
                .readTree(CliRun.of("pull", "app", "--proxy", mirror.proxyAddress(), "--output", "json").out)
                .path("sources")
                .isNull()).isTrue();
    }

    @Test
    void saysThatTheAgentsListRefusesARegistry() {
        mirror.refuses = true;

        CliRun run = pull("app");

        assertThat(run.exitCode).isEqualTo(5);
        assertThat(run.errors).contains("is not allowed here").hasLineCount(1);
    }

    @Test
    void statusTellsASchedulerFromAnAgent() throws IOException {
        AdminServer scheduler = AdminServer.start(new HostPort("127.0.0.1", 0), Telemetry.create(), new Readiness(), List.of());
        try {
            CliRun run = CliRun.of("status", "--admin", "127.0.0.1:" + scheduler.port());

            assertThat(run.exitCode).isEqualTo(3);
            assertThat(run.errors).contains("a scheduler").hasLineCount(1);
        } finally {
            scheduler.close(Duration.ZERO);
        }
    }

    @Test
    void statusShowsWhatTheAgentDoes() {
        CliRun run = CliRun.of("status", "--admin", mirror.adminAddress());

        assertThat(run.exitCode).isZero();
        assertThat(run.out).contains("1.2.3, ready", "links to other agents: 7", "(no connection)", "3 blobs, 1.00 KiB of 1.00 MiB",
                "512 B of 1.00 KiB, 50 %");
        assertThat(JsonMapper.shared()
                .readTree(CliRun.of("status", "--admin", mirror.adminAddress(), "--output", "json").out)
                .path("neighbours")
                .asInt()).isEqualTo(7);
    }

    @Test
    void statusSaysThatNoAgentAnswers() {
        CliRun run = CliRun.of("status", "--admin", "127.0.0.1:1");

        assertThat(run.exitCode).isEqualTo(3);
        assertThat(run.errors).containsIgnoringCase("no agent answers on 127.0.0.1:1 (connection refused)").hasLineCount(1);
    }

    private CliRun pull(String name, String... more) {
        String[] words = new String[6 + more.length];
        System.arraycopy(new String[]{"pull", name, "--proxy", mirror.proxyAddress(), "--admin", mirror.adminAddress()}, 0, words, 0, 6);
        System.arraycopy(more, 0, words, 6, more.length);
        return CliRun.with(Map.of("DOCKER_CONFIG", folder.toString()), words);
    }

    private static String withPlatform(String descriptor, String os, String architecture) {
        return descriptor.substring(0, descriptor.length() - 1) + ",\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture
                + "\"}}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
