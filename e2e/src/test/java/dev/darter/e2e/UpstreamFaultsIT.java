package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry goes wrong: the runtime gets a proper answer or a good pull, in bounded time, and never a 429. */
final class UpstreamFaultsIT {
    /** Where a body breaks: in the middle of a chunk. */
    private static final int MIDDLE = 3_600_000;

    /** What may be asked for again because it was on its way when the body broke. */
    private static final long READ_TWICE = 2 << 20;

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String CHALLENGE = "Bearer realm=\"https://auth.test/token\",service=\"registry.test\",scope=\"repository:x:pull\"";

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.small();
    private final Blob layer = image.largest();
    private FaultyRegistry registry;
    private DarterAgent agent;
    private DarterCluster cluster;
    private MirrorClient client;

    @BeforeEach
    void startAgent() {
        registry = sandbox.closeLater(new FaultyRegistry(image));
        cluster = DarterCluster.scheduler(sandbox);
        agent = DarterAgent.start(sandbox, "agent", cluster.schedulerUrl(), registry.url());
        client = new MirrorClient(agent.url());
    }

    @AfterEach
    void nothingWrongIsStored() {
        agent.assertStoreIsTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void refusalIsPassedOn(int status) {
        Fault refusal = new Fault.Status(status, status == 401 ? Map.of("Www-Authenticate", CHALLENGE) : Map.of());
        registry.always(registry.tagPath(), refusal);
        registry.always(registry.path(layer), refusal);

        MirrorClient.Answer manifest = client.manifest(image);
        MirrorClient.Answer blob = client.blob(image, layer);

        assertThat(manifest.status()).isEqualTo(status);
        assertThat(blob.status()).isEqualTo(status);
        if (status == 401) {
            assertThat(manifest.header("WWW-Authenticate")).isEqualTo(CHALLENGE);
            assertThat(blob.header("WWW-Authenticate")).isEqualTo(CHALLENGE);
        }
        assertThat(blob.elapsed()).isLessThan(SOON);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void lastingErrorBecomesAnAnswerThatMakesRuntimesGoElsewhere(int status) {
        Fault error = new Fault.Status(status, Map.of("Retry-After", "1"));
        registry.always(registry.tagPath(), error);
        registry.always(registry.path(layer), error);

        MirrorClient.Answer manifest = client.manifest(image);
        MirrorClient.Answer blob = client.blob(image, layer);

        assertThat(manifest.status()).isBetween(500, 599);
        assertThat(blob.status()).isBetween(500, 599);
        assertThat(manifest.elapsed().plus(blob.elapsed())).isLessThan(SOON.multipliedBy(2));
        registry.heal();
        assertPulledSoon(layer);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void passingErrorIsWaitedFor(int status) {
        Fault error = new Fault.Status(status, status == 500 ? Map.of() : Map.of("Retry-After", "1"));
        registry.once(registry.path(layer), error);

        MirrorClient.Answer blob = client.blob(image, layer);

        assertPulled(blob);
        assertThat(blob.elapsed()).isLessThan(SOON);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void passingErrorIsWaitedForWithoutScheduler(int status) {
        cluster.scheduler().process().kill();
        passingErrorIsWaitedFor(status);
    }

    @Test
    void cutBodyIsResumedWhereItBroke() {
        registry.once(registry.path(layer), new Fault.CutAfter(MIDDLE), new Fault.CutAfter(MIDDLE / 2));

        assertPulled(client.blob(image, layer));

        assertThat(registry.bytesSent(layer)).isLessThan(layer.size() + READ_TWICE);
    }

    @Test
    void silentBodyIsAskedForAgain() {
        registry.once(registry.path(layer), new Fault.StallAfter(MIDDLE));

        MirrorClient.Answer blob = client.blob(image, layer);

        assertPulled(blob);
        assertThat(blob.elapsed()).isLessThan(SOON);
    }

    @Test
    void wrongBytesNeverArriveAsAWholeBlob() {
        registry.once(registry.path(layer), new Fault.WrongByte(MIDDLE));

        assertWholeOnlyIfRight(client.blob(image, layer));

        assertPulled(client.blob(image, layer));
    }

    @Test
    void bodyThatIsTooLongNeverArrivesAsAWholeBlob() {
        registry.always(registry.path(layer), new Fault.TooLong(100_000));

        assertWholeOnlyIfRight(client.blob(image, layer));

        registry.heal();
        assertPulledSoon(layer);
    }

    @Test
    void wrongManifestNeverArrives() {
        registry.always(registry.path(image.root()), new Fault.WrongByte(10));

        assertThat(client.blob(image, image.root()).isComplete()).isFalse();

        registry.heal();
        assertPulledSoon(image.root());
    }

    @Test
    void redirectLoopIsAnError() {
        registry.always(registry.tagPath(), new Fault.RedirectLoop());
        registry.always(registry.path(layer), new Fault.RedirectLoop());

        MirrorClient.Answer manifest = client.manifest(image);
        MirrorClient.Answer blob = client.blob(image, layer);

        assertThat(manifest.status()).isBetween(500, 599);
        assertThat(blob.status()).isBetween(500, 599);
        assertThat(manifest.elapsed().plus(blob.elapsed())).isLessThan(SOON);
    }

    @Test
    void unreachableRegistryIsAnError() {
        registry.close();

        MirrorClient.Answer manifest = client.manifest(image);
        MirrorClient.Answer blob = client.blob(image, layer);

        assertThat(manifest.status()).isBetween(500, 599);
        assertThat(blob.status()).isBetween(500, 599);
        assertThat(manifest.elapsed().plus(blob.elapsed())).isLessThan(SOON.multipliedBy(2));
    }

    /** A registry that has just failed may be left in peace for a moment; runtimes that come back then get a good pull. */
    private void assertPulledSoon(Blob blob) {
        Waiting.until("the healed registry is used again", SOON, () -> client.blob(image, blob).digest().equals(blob.digest()));
    }

    private void assertPulled(MirrorClient.Answer answer) {
        assertThat(answer.isComplete()).as("%s", answer).isTrue();
        assertThat(answer.digest()).isEqualTo(layer.digest());
    }

    private void assertWholeOnlyIfRight(MirrorClient.Answer answer) {
        assertThat(answer.status()).isNotEqualTo(429);
        if (answer.isComplete()) {
            assertThat(answer.digest()).as("%s", answer).isEqualTo(layer.digest());
        }
    }
}
