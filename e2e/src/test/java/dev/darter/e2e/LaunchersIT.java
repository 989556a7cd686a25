package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scripts at the top of the repository, where nothing has been built and nothing can be. */
final class LaunchersIT {

    private static final String HELP = "e2e/src/test/resources/dev/darter/e2e/simulation/help.txt";

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void helpNeedsNoBuild() throws IOException {
        Path checkout = sandbox.scratch().resolve("checkout");
        copy(checkout, Stream.of("darter-sim", "darter-lab", HELP));
        try (Stream<Path> files = Files.list(Checkout.root().resolve("e2e/lab"))) {
            copy(checkout, files.map(file -> Checkout.root().relativize(file).toString()).filter(file -> file.endsWith(".py")));
        }

        assertThat(told(checkout.resolve("darter-sim"), "--help")).isEqualTo(Files.readString(checkout.resolve(HELP)));
        assertThat(told(checkout.resolve("darter-lab"), "--help")).startsWith("usage: darter-lab").contains("--mib");
        assertThat(told(checkout.resolve("darter-lab"), "crowd", "-h")).startsWith("usage: darter-lab");
    }

    private static void copy(Path checkout, Stream<String> files) throws IOException {
        for (String file : files.toList()) {
            Path copy = checkout.resolve(file);
            Files.createDirectories(copy.resolveSibling(""));
            Files.copy(Checkout.root().resolve(file), copy);
        }
    }

    private String told(Path program, String... words) {
        return sandbox.run(sandbox.command("launcher", program.toString()).with(words))
                .orFail(program.getFileName() + " " + String.join(" ", words))
                .stdout();
    }
}
