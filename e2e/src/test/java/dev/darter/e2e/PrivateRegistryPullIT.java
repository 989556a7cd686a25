package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Content that was fetched with somebody's credentials is served to those whom the registry itself would serve. */
final class PrivateRegistryPullIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.hello();

    @Test
    void registryWithPasswords() throws IOException {
        RealRegistry registry = sandbox
                .closeLater(RealRegistry.start(sandbox.scratch("registry"), sandbox.logs(), RealRegistry.Access.ONE_USER));
        registry.push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(registry.url(), RateLimit.none()));

        assertServedToItsOwnUserOnly(origin, RealRegistry.USER, RealRegistry.PASSWORD);
    }

    @Test
    void registryWithTokens() throws IOException {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        origin.guard(sandbox.closeLater(new TokenServer()));

        assertServedToItsOwnUserOnly(origin, TokenServer.USER, TokenServer.PASSWORD);
    }

    private void assertServedToItsOwnUserOnly(CountingProxy origin, String user, String password) throws IOException {
        List<Host> hosts = Host.of(sandbox, DarterCluster.start(sandbox, 2, origin));
        Containerd first = hosts.getFirst().runtime();
        Containerd second = hosts.getLast().runtime();

        assertThat(first.fetch(image.reference()).succeeded()).as("a stranger, before anybody has the content").isFalse();
        first.fetchAs(user, password, image.reference()).orFail("the user");
        assertThat(second.fetch(image.reference()).succeeded()).as("a stranger on another host").isFalse();
        assertThat(second.fetchAs(user, "wrong", image.reference()).succeeded()).as("a wrong password").isFalse();
        second.fetchAs(user, password, image.reference()).orFail("the user on another host");
        second.removeImages();
        assertThat(second.fetch(image.reference()).succeeded()).as("a stranger on a host that holds the content").isFalse();

        second.fetchAs(user, password, image.reference()).orFail("the user again");
        second.assertHolds(image.contents());
        for (Blob blob : image.contents()) {
            assertThat(origin.bytesSent(blob.digest())).as("bytes of %s", blob).isEqualTo(blob.size());
        }
        assertNotWrittenDown(hosts, password);
        assertNotWrittenDown(hosts, Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    /** Credentials are on no disk, in no log and in no metric. */
    private void assertNotWrittenDown(List<Host> hosts, String secret) throws IOException {
        for (Host host : hosts) {
            assertThat(filesWith(host.agent().data(), secret)).isEmpty();
            assertThat(host.agent().process().process().log()).doesNotContain(secret);
        }
    }

    private static List<Path> filesWith(Path folder, String secret) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(file -> contains(file, secret)).toList();
        }
    }

    private static boolean contains(Path file, String secret) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
