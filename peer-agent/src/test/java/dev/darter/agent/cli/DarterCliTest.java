package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.containerd.ContainerdOptions;
import dev.darter.agent.containerd.StoreMode;
import dev.darter.registry.OutagePolicy;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.HostPort;

class DarterCliTest {
    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void agentHasTheDocumentedDefaults() {
        AgentOptions options = CliRun.of("agent").agent();

        assertThat(options.proxy()).isEqualTo(new HostPort("127.0.0.1", 65001));
        assertThat(options.peer()).isEqualTo(new HostPort("127.0.0.1", 65002));
        assertThat(options.admin()).isEqualTo(new HostPort("127.0.0.1", 65004));
        assertThat(options.upstreams()).containsExactly(UpstreamConfig.dockerHub());
        assertThat(options.originConnections()).isOne();
        assertThat(options.schedulers()).isEmpty();
        assertThat(options.embeddedScheduler()).isEmpty();
        assertThat(options.onUpstreamOutage()).isEqualTo(OutagePolicy.SERVE_PROVEN);
        assertThat(options.uploadRate()).isEmpty();
    }

    @Test
    void upEmbedsASchedulerOnLoopback() {
        AgentOptions options = CliRun.of("up").agent();

        assertThat(options.embeddedScheduler().orElseThrow().listen()).isEqualTo(new HostPort("127.0.0.1", 65003));
    }

    @Test
    void schedulerHasTheDocumentedDefaults() {
        assertThat(CliRun.of("scheduler").scheduler().listen()).isEqualTo(new HostPort("127.0.0.1", 65003));
        assertThat(CliRun.of("scheduler").scheduler().admin()).isEqualTo(new HostPort("127.0.0.1", 65005));
    }

    @Test
    void agentTakesEveryOption() {
        AgentOptions options = CliRun
                .of("agent", "--data", "/tmp/x", "--proxy", "127.0.0.1:1", "--peer", "10.0.0.1:2", "--advertise", "192.0.2.1:3", "--admin",
                        "[::1]:4", "--scheduler", "http://10.0.0.9:5", "--scheduler", "10.0.0.10", "--upstream", "ghcr.io", "--upstream",
                        "local=http://127.0.0.1:5000",
                        "--zone", "rack-1", "--quota", "1GiB", "--upload-rate", "400Mbit", "--download-rate=1Gbit", "--origin-connections",
                        "4", "--tag-ttl", "5s",
                        "--drain", "1m",
                        "--on-upstream-outage", "serve-all", "--containerd-socket", "/run/x.sock", "--store-mode", "shared",
                        "--insecure-peers")
                .agent();

        assertThat(options.data()).isEqualTo(Path.of("/tmp/x"));
        assertThat(options.advertise()).contains(new HostPort("192.0.2.1", 3));
        assertThat(options.admin()).isEqualTo(new HostPort("::1", 4));
        assertThat(options.schedulers()).containsExactly(URI.create("http://10.0.0.9:5"), URI.create("http://10.0.0.10:65003"));
        assertThat(options.upstreams()).extracting(UpstreamConfig::identity).containsExactly("https://ghcr.io", "http://127.0.0.1:5000");
        assertThat(options.containerd()).contains(new ContainerdOptions(Path.of("/run/x.sock"), StoreMode.SHARED));
        assertThat(options.zone()).isEqualTo("rack-1");
        assertThat(options.quota()).isEqualTo(new ByteCount(1 << 30));
        assertThat(options.uploadRate()).contains(new BitRate(400_000_000));
        assertThat(options.downloadRate()).contains(new BitRate(1_000_000_000));
        assertThat(options.originConnections()).isEqualTo(4);
        assertThat(options.tagTtl()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.drain()).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.onUpstreamOutage()).isEqualTo(OutagePolicy.SERVE_ALL);
    }

    @Test
    void commandLineBeatsEnvironmentBeatsFile() throws Exception {
        Path file = Files.writeString(folder.resolve("darter.yaml"), """
                zone: from-file
                upload-rate: 100Mbit
                quota: 1GiB
                upstream:
                  - ghcr.io
                  - docker.io
                insecure-peers: true
                peer: 10.0.0.1:65002
                """);
        Map<String, String> environment = Map.of("DARTER_ZONE", "from-environment", "DARTER_UPLOAD_RATE", "200Mbit", "DARTER_UPSTREAM",
                "quay.io,gcr.io");

        AgentOptions options = CliRun.with(environment, "agent", "--config", file.toString(), "--zone", "from-flag").agent();

        assertThat(options.zone()).isEqualTo("from-flag");
        assertThat(options.uploadRate()).contains(BitRate.parse("200Mbit"));
        assertThat(options.quota()).isEqualTo(ByteCount.parse("1GiB"));
        assertThat(options.peer().host()).isEqualTo("10.0.0.1");
        assertThat(options.upstreams()).extracting(UpstreamConfig::identity).containsExactly("https://quay.io", "https://gcr.io");
        assertThat(CliRun.of("agent", "--config=" + file).agent().upstreams()).extracting(UpstreamConfig::identity)
                .containsExactly("https://ghcr.io",
                        "https://registry-1.docker.io");
        assertThat(CliRun.with(environment, "agent", "--upstream", "docker.io").agent().upstreams())
                .containsExactly(UpstreamConfig.dockerHub());
    }

    @Test
    void theFileCanBeNamedByTheEnvironment() throws Exception {
        Path file = Files.writeString(folder.resolve("darter.yaml"), "listen: 127.0.0.1:7000");

        assertThat(CliRun.with(Map.of("DARTER_CONFIG", file.toString()), "scheduler").scheduler().listen().port()).isEqualTo(7000);
    }

    @Test
    void severalNamesOfOneUrlAreOneUpstream() {
        AgentOptions options = CliRun.of("agent", "--upstream", "registry.example.com:5000", "--upstream", "docker.io", "--upstream",
                "internal=https://registry.example.com:5000/").agent();

        assertThat(options.upstreams()).hasSize(2);
        assertThat(options.upstreams().getFirst().names()).isEqualTo(List.of("registry.example.com:5000", "internal"));
    }

    @Test
    void refusesANameWithTwoUrls() {
        CliRun run = CliRun.of("agent", "--upstream", "a=https://one.example", "--upstream", "a=https://two.example");

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("'a' two URLs");
    }

    @Test
    void namesAnUnknownKeyOfTheFileAndTheNearestKnownOne() throws Exception {
        Path file = Files.writeString(folder.resolve("darter.yaml"), "uplaod-rate: 5Mbit");

        CliRun run = CliRun.of("agent", "--config", file.toString());

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors)
                .startsWith("darter: 'uplaod-rate' in " + file + " is not a setting of Darter; the nearest one is 'upload-rate'\n");
    }

    @Test
    void saysWhoseSettingAKeyIs() throws Exception {
        Path file = Files.writeString(folder.resolve("darter.yaml"), "scheduler: http://127.0.0.1:65003");

        assertThat(CliRun.of("scheduler", "--config", file.toString()).errors)
                .contains("is a setting of darter agent, not of darter scheduler");
    }

    @Test
    void namesAnUnknownVariableAndTheNearestKnownOne() {
        CliRun run = CliRun.with(Map.of("DARTER_UPLOADRATE", "5Mbit"), "agent");

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("DARTER_UPLOADRATE is not a setting of Darter; the nearest one is DARTER_UPLOAD_RATE");
    }

    @Test
    void ignoresVariablesThatKubernetesMakesForServices() {
        Map<String, String> links = Map.of("DARTER_PORT", "tcp://198.51.100.1:65003", "DARTER_SCHEDULER_SERVICE_HOST", "198.51.100.1",
                "DARTER_SCHEDULER_SERVICE_PORT_WEB",
                "1", "DARTER_SCHEDULER_PORT_65003_TCP_ADDR", "198.51.100.1", "DARTER_SCHEDULER_PORT", "tcp://198.51.100.1:65003");

        assertThat(CliRun.with(links, "agent").agent().schedulers()).isEmpty();
    }

    @Test
    void namesTheVariableWhoseValueIsWrong() {
        assertThat(CliRun.with(Map.of("DARTER_QUOTA", "much"), "agent").errors)
                .startsWith("darter: DARTER_QUOTA: 'much' is not a number of bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--peer|10.0.0.1:65002", "--advertise|node.example:65002", "--scheduler|http://10.0.0.1:65003"})
    void wantsInsecurePeersForAddressesThatAreNotLoopback(String option, String value) {
        CliRun refused = CliRun.of("agent", option, value);

        assertThat(refused.exitCode).isEqualTo(2);
        assertThat(refused.errors).contains("--insecure-peers").hasLineCount(2);
        assertThat(CliRun.of("agent", option, value, "--insecure-peers").agents).hasSize(1);
    }

    @Test
    void wantsInsecurePeersForASchedulerThatListensElsewhere() {
        assertThat(CliRun.of("scheduler", "--listen", "0.0.0.0:65003").exitCode).isEqualTo(2);
        assertThat(CliRun.of("up", "--listen", "0.0.0.0:65003").exitCode).isEqualTo(2);
        assertThat(CliRun.of("scheduler", "--listen", "0.0.0.0:65003", "--insecure-peers").schedulers).hasSize(1);
    }

    @Test
    void advertisesTheAddressThatReachesTheSchedulerWhenItListensEverywhere() {
        AgentOptions options = CliRun.of("agent", "--peer", "0.0.0.0:7002", "--scheduler", "127.0.0.1:65003", "--insecure-peers").agent();

        assertThat(options.advertise()).isEqualTo(Optional.of(new HostPort("127.0.0.1", 7002)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--proxy=65001", "--quota=lots", "--drain=soon", "--upload-rate=4", "--on-upstream-outage=hope",
            "--scheduler=ftp://x", "--no-such",
            "--log-level=loud", "--upstream=:", "--upstream=a=ftp://b", "surplus", "--quota=0", "--origin-connections=0",
            "--origin-connections=9", "--origin-connections=some", "--data=", "--data= ",
            "--store-mode=shared", "--store-mode=both", "--containerd-socket=", "--containerd-socket= "})
    void refusesWrongValuesInOneSentence(String argument) {
        CliRun run = CliRun.of("agent", argument);

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.agents).isEmpty();
        assertThat(run.errors).startsWith("darter: ").hasLineCount(2);
    }

    @Test
    void saysHowToNameAnUpstreamThatIsGivenAsAUrl() {
        assertThat(CliRun.of("agent", "--upstream", "https://ghcr.io").errors).contains("write ghcr.io, or NAME=https://ghcr.io");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b", "proxy: {host: x}", "a: 1\na: 2", "zone: [", "upstream: [[x]]"})
    void refusesFilesThatAreNoFlatMapping(String yaml) throws Exception {
        CliRun run = CliRun.of("agent", "--config", Files.writeString(folder.resolve("wrong.yaml"), yaml).toString());

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("wrong.yaml").hasLineCount(2);
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertThat(CliRun.of("agent", "--config", "/no/such/file").errors)
                .startsWith("darter: there is no configuration file /no/such/file");
    }

    @Test
    void namesTheLineThatIsNotYaml() throws Exception {
        Path file = Files.writeString(folder.resolve("tab.yaml"), "zone: a\nupstream:\n\t- ghcr.io\n");

        assertThat(CliRun.of("agent", "--config", file.toString()).errors).contains("is not YAML (line 3): ", "cannot start any token");
    }

    @Test
    void saysWhyAFileCannotBeRead() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        CliRun run = CliRun.of("agent", "--config", file.resolve("below").toString());

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).containsIgnoringCase("can't be read: " + file.resolve("below") + ": not a directory");
    }

    @Test
    void takesAnEmptyFile() throws Exception {
        assertThat(CliRun.of("agent", "--config", Files.writeString(folder.resolve("empty.yaml"), "# nothing\n").toString()).agents)
                .hasSize(1);
    }

    @Test
    void saysWhyAProgramDidNotStart() {
        CliRun run = CliRun.of("agent");

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.errors).isEqualTo("darter: the agent can't start: " + CliRun.NOT_STARTED + "\n");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        CliRun run = CliRun.of("shceduler");

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("scheduler");
    }

    @Test
    void namesAnUnknownOptionWithoutItsValueAndTheNearestKnownOne() {
        CliRun run = CliRun.of("pull", "--prox", "127.0.0.1:1", "app");

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).startsWith("darter: '--prox' is no option of darter pull; the nearest one is --proxy\n").hasLineCount(2);
        assertThat(CliRun.of("agent", "--no-such=5").errors).startsWith("darter: '--no-such' is no option of darter agent\n");
    }

    @Test
    void saysWhatASwitchCanBe() {
        assertThat(CliRun.with(Map.of("DARTER_INSECURE_PEERS", "yes"), "agent").errors)
                .startsWith("darter: DARTER_INSECURE_PEERS: 'yes': write true or false\n");
        assertThat(CliRun.with(Map.of("DARTER_INSECURE_PEERS", "TRUE"), "agent", "--peer", "10.0.0.1:1").agents).hasSize(1);
    }

    @Test
    void givesHelpWhenAskedInAWord() {
        assertThat(CliRun.of("help").out).isEqualTo(CliRun.of("--help").out).isNotEmpty();
        assertThat(CliRun.of("help", "pull").out).isEqualTo(CliRun.of("pull", "--help").out).isNotEmpty();
    }

    @Test
    void passesOverVariablesOfOtherCommands() {
        assertThat(CliRun.with(Map.of("DARTER_LISTEN", "127.0.0.1:1"), "agent").agents).hasSize(1);
    }

    @Test
    void withoutACommandItSaysWhatToDo() {
        CliRun run = CliRun.of();

        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).contains("darter --help");
    }

    @Test
    void helpListsCommandsOptionsAndExitCodes() {
        assertThat(CliRun.of("--help").out).contains("up", "agent", "scheduler", "pull", "status", "version", "DARTER_UPLOAD_RATE");
        String help = CliRun.of("agent", "--help").out;
        assertThat(help).contains("--config=FILE", "--data=DIR", "--proxy=HOST:PORT", "--peer", "--advertise", "--admin", "--scheduler=URL",
                "--upstream=NAME[=URL]", "--zone",
                "--quota=BYTES", "--upload-rate", "--download-rate", "--origin-connections=N", "--tag-ttl", "--drain",
                "--on-upstream-outage", "--containerd-socket=PATH", "--store-mode=MODE", "--insecure-peers",
                "127.0.0.1:65001", "20GiB",
                "Exit codes:");
        assertThat(help).doesNotContain("Optional", "PT30S");
    }

    @Test
    void tellsItsVersion() {
        assertThat(CliRun.of("version").out).startsWith("darter ");
        assertThat(CliRun.of("--version").out).startsWith("darter ");
    }
}
