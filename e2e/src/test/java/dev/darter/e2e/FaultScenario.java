package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/** Three hosts pull an image at the same moment from a registry of a modest rate: what the tests of faults disturb. */
record FaultScenario(TestImage image, CountingProxy origin, DarterCluster cluster, List<Host> hosts) {
    /** What a fault may cost. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** Slow enough that a fault can hit the middle, fast enough that a pull takes six seconds. */
    private static final long MEGABITS_PER_SECOND = 300;

    private static final int HOSTS = 3;

    /** How long it takes when nothing is wrong; measured once in a run. */
    private static Optional<Duration> undisturbed = Optional.empty();

    static FaultScenario start(Sandbox sandbox, String... agentOptions) {
        TestImage image = sandbox.registry().push(TestImages.bulk());
        CountingProxy origin = sandbox.closeLater(
                new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(MEGABITS_PER_SECOND)));
        DarterCluster cluster = DarterCluster.start(sandbox, HOSTS, origin, agentOptions);
        return new FaultScenario(image, origin, cluster, Host.of(sandbox, cluster));
    }

    static synchronized Duration undisturbed(Sandbox sandbox) throws Exception {
        if (undisturbed.isEmpty()) {
            try (Sandbox own = sandbox.nested("undisturbed")) {
                FaultScenario scenario = start(own);
                undisturbed = Optional.of(slowest(Host.fetch(scenario.hosts(), scenario.image())));
            }
        }
        return undisturbed.get();
    }

    /** Lets some hosts begin to fetch the image. */
    Future<List<Command.Output>> begin(List<Host> pulling) {
        Callable<List<Command.Output>> all = () -> Host.fetch(pulling, image);
        return Together.begin(all);
    }

    /** Waits until the registry has sent this part of the image. */
    void awaitSent(double part) {
        Waiting.until(part + " of the image has been sent", Duration.ofSeconds(60), () -> origin.bytesSent() >= part * image.size());
    }

    /** Fails if the pulls did not all come to a good end, or if one took much longer than it does when nothing is wrong. */
    static void assertInTime(Future<List<Command.Output>> pulls, Duration undisturbed) {
        assertThat(slowest(Together.result(pulls))).as("slowest pull, undisturbed %s", undisturbed)
                .isLessThanOrEqualTo(undisturbed.plus(TOLERANCE));
    }

    /** Fails if content left the registry more than once: more bytes of it than it has, but for what may be lost in sockets. */
    void assertNothingLeftTwice() {
        for (Blob blob : image.contents()) {
            assertThat(origin.bytesSent(blob.digest())).as("bytes of %s", blob).isLessThanOrEqualTo(blob.size());
        }
    }

    static Duration slowest(List<Command.Output> pulls) {
        return pulls.stream().map(Command.Output::elapsed).max(Duration::compareTo).orElseThrow();
    }
}
