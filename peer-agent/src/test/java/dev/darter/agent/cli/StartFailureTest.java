package dev.darter.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.trust.HostIdentity;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.HostPort;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.ListenException;

class StartFailureTest {
    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void saysThatTheDataFolderIsAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path data : new Path[]{file, file.resolve("below")}) {
            IOException failure = catchThrowableOfType(IOException.class, () -> HostIdentity.load(data));

            assertThat(StartFailure.ofAgent(failure, options("--data", data.toString())))
                    .startsWith("the data folder " + data + " can't be used: " + file)
                    .containsIgnoringCase("not a")
                    .endsWith("; change its owner or give another with --data");
        }
    }

    @Test
    void saysThatTheUserMayNot() {
        AgentOptions options = options("--data", "/var/lib/darter");
        String file = "/var/lib/darter/host-id";

        assertThat(StartFailure.ofAgent(new AccessDeniedException(file), options)).contains("may not use " + file, "--data");
        assertThat(StartFailure.ofAgent(new IOException("the store", new AccessDeniedException("/var/lib")), options))
                .contains("may not use /var/lib;");
    }

    @Test
    void leavesOtherMessagesAlone() {
        assertThat(StartFailure.ofAgent(new IOException("as it was"), options())).isEqualTo("as it was");
    }

    @Test
    void namesTheOptionOfAnAddressThatIsTaken() throws IOException {
        HostPort any = new HostPort("127.0.0.1", 0);
        HttpServer other = HttpServer.start("other", any, _ -> {}, HttpServerOptions.defaults());
        try {
            HostPort taken = any.withPort(other.port());
            ListenException failure = failureToListen(taken);

            assertThat(StartFailure.ofAgent(failure, options("--listen", taken.toString())))
                    .isEqualTo("can't listen on " + taken + ": another program does already; give another address with --listen");
            assertThat(StartFailure.ofAgent(failure, options("--proxy", taken.toString(), "--admin", taken.toString())))
                    .endsWith("with --admin or --proxy");
            assertThat(StartFailure.ofScheduler(failure, new SchedulerOptions(taken, any, Duration.ZERO))).endsWith("with --listen");
        } finally {
            other.close(Duration.ZERO);
        }
    }

    @Test
    void namesTheOptionOfAnAddressThatHasNoSuchHost() {
        HostPort nowhere = new HostPort("no-such-host.invalid", 65001);

        assertThat(StartFailure.ofAgent(failureToListen(nowhere), options("--proxy", nowhere.toString()))).isEqualTo(
                "can't listen on no-such-host.invalid:65001: its name can't be resolved; give another address with --proxy");
    }

    private static ListenException failureToListen(HostPort address) {
        return catchThrowableOfType(ListenException.class,
                () -> HttpServer.start("test", address, _ -> {}, HttpServerOptions.defaults()));
    }

    private static AgentOptions options(String... more) {
        String[] words = new String[1 + more.length];
        words[0] = "up";
        System.arraycopy(more, 0, words, 1, more.length);
        return CliRun.of(words).agent();
    }
}
