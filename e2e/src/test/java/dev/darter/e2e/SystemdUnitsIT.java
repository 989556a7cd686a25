package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The units for systemd, checked by systemd in a system that holds nothing but its own units, Darter's, and the program that these start. */
final class SystemdUnitsIT {
    /** Where systemd's own tool calls a service well protected; 10 would be a service without any protection. */
    private static final String EXPOSURE_LIMIT = "25";

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private Path system = Path.of("");

    @BeforeEach
    void install() throws IOException {
        system = sandbox.scratch("system");
        Path units = Files.createDirectories(system.resolve("lib/systemd/system"));
        sandbox.run(sandbox.command("cp", "cp", "--recursive", "--no-dereference", "/lib/systemd/system/.", units.toString())).orFail("cp");
        Path ours = Files.createDirectories(system.resolve("etc/systemd/system"));
        for (String unit : new String[]{"darter-agent.service", "darter-scheduler.service"}) {
            Files.copy(unit(unit), ours.resolve(unit));
        }
        Files.copy(Checkout.root().resolve("deploy/image/darter"), Files.createDirectories(system.resolve("usr/bin")).resolve("darter"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"darter-agent.service", "darter-scheduler.service"})
    void systemdUnderstandsTheUnit(String unit) {
        Command.Output output = sandbox.run(sandbox.command("verify", "systemd-analyze", "verify", "--man=no", "--root=" + system, unit));

        assertThat(output.stdout() + output.stderr()).as("what systemd says about %s", unit).isEmpty();
        assertThat(output.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"darter-agent.service", "darter-scheduler.service"})
    void serviceIsProtected(String unit) throws IOException {
        sandbox.run(sandbox.command("security", "systemd-analyze", "security", "--offline=true", "--threshold=" + EXPOSURE_LIMIT,
                unit(unit).toString())).orFail("systemd-analyze security");
    }

    private static Path unit(String name) {
        return Checkout.root().resolve("deploy/systemd").resolve(name);
    }
}
