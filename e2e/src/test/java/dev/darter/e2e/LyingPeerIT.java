package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody in the swarm has, or tells, what is not true. */
final class LyingPeerIT {
    /** What was on its way in sockets when a connection ended, counted as sent and never received. */
    private static final long IN_FLIGHT = 16 << 20;

    /** A lie may fail a pull, it may not hold it up: several honest pulls on a machine that is busy with other things, and half of a runtime's patience. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** When one host has found a lie out, no other goes on believing it for longer. */
    private static final Duration SPREAD = Duration.ofSeconds(10);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final TestImage image = TestImages.single();
    private final Blob layer = image.largest();

    /** Whoever reads the registry first is given one wrong byte, computes a consistent chain from it, and signs that. */
    @Test
    void falseChainOfTheLeaseHolderNeverBecomesABlob() {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(400)));
        DarterCluster cluster = DarterCluster.start(sandbox, 3, origin);
        origin.tamper(oneWrongByte(layer.size() / 2));
        List<MirrorClient> clients = cluster.agents().stream().map(agent -> new MirrorClient(agent.url())).toList();

        List<MirrorClient.Answer> answers = Together
                .run(clients.stream().<Callable<MirrorClient.Answer>>map(client -> () -> client.blob(image, layer)).toList());

        for (MirrorClient.Answer answer : answers) {
            assertNotDeceived(answer);
        }
        List<Duration> ends = answers.stream().map(MirrorClient.Answer::elapsed).sorted().toList();
        assertThat(ends.getLast().minus(ends.getFirst())).as("between the first answer's end and the last one's").isLessThan(SPREAD);
        cluster.agents().forEach(DarterAgent::assertStoreIsTrue);
        assertNextPullIsRight(cluster);
        assertThat(cluster.agents().stream().mapToLong(DarterAgent::rejectedChunks).sum()).isPositive();
        assertThat(origin.bytesSent(layer.digest())).as("it was read anew once").isLessThan(2 * layer.size() + IN_FLIGHT);
    }

    /** Bytes rot on the disk of the only host that has them: it serves them in good faith. */
    @Test
    void rottenBytesAreRejectedAndTheirHolderHeals() throws IOException {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        List<Host> hosts = Host.of(sandbox, cluster);
        hosts.getFirst().fetch(image);

        flipByte(cluster.agent(1), layer, layer.size() / 2);
        hosts.getLast().fetch(image);

        assertThat(cluster.agent(2).rejectedChunks()).isPositive();
        cluster.agent(2).assertStoreIsTrue();
        Waiting.until("the rotten file is gone", Duration.ofSeconds(30), () -> holdsOnlyTruth(cluster.agent(1)));
        hosts.getFirst().runtime().removeImages();
        hosts.getFirst().fetch(image);
    }

    /** A host vouches, as one that has proven the blob, for a chain that is consistent and false. */
    @Test
    void hostThatVouchesForAFalseChainIsNotBelievedForLong() throws IOException {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        EvilPeer evil = sandbox.closeLater(new EvilPeer(cluster.schedulerUrl(), FalseBlob.withStates(origin.url(), layer,
                (int) layer.size() / 2, FalseBlob.Signed.WITH_THE_KEY_THAT_ALL_KNOW)));

        MirrorClient.Answer answer = new MirrorClient(cluster.agent(1).url()).blob(image, layer);

        assertNotDeceived(answer);
        assertThat(cluster.agent(1).rejectedChunks()).isPositive();
        assertLiarIsDropped(evil, cluster);
    }

    /** A host makes up chain states: nobody has signed them whom the scheduler named. */
    @Test
    void inventedStatesAreNotBelieved() throws IOException {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin);
        EvilPeer evil = sandbox.closeLater(new EvilPeer(cluster.schedulerUrl(), FalseBlob.withStates(origin.url(), layer,
                (int) layer.size() / 2, FalseBlob.Signed.WITH_ANOTHER_KEY)));

        MirrorClient.Answer answer = new MirrorClient(cluster.agent(1).url()).blob(image, layer);

        assertRight(answer);
        assertThat(cluster.agent(1).rejectedChunks()).isPositive();
        assertLiarIsDropped(evil, cluster);
    }

    /** A host serves wrong bytes beside an honest one, whose states show it. */
    @Test
    void wrongBytesUnderTrueStatesAreRejected() throws IOException {
        sandbox.registry().push(image);
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        DarterCluster cluster = DarterCluster.start(sandbox, 2, origin, "--upload-rate", "400Mbit");
        Host.of(sandbox, "honest", cluster.agent(1)).fetch(image);
        EvilPeer evil = sandbox
                .closeLater(new EvilPeer(cluster.schedulerUrl(), FalseBlob.withoutStates(origin.url(), layer)));

        MirrorClient.Answer answer = new MirrorClient(cluster.agent(2).url()).blob(image, layer);

        assertRight(answer);
        assertThat(evil.chunksServed()).as("chunks that the liar was asked for").isPositive();
        assertThat(cluster.agent(2).rejectedChunks()).isPositive();
        assertLiarIsDropped(evil, cluster);
    }

    private void assertLiarIsDropped(EvilPeer evil, DarterCluster cluster) {
        Waiting.until("nobody has a link with the liar", Duration.ofSeconds(10), () -> evil.openLinks() == 0);
        assertNextPullIsRight(cluster);
    }

    private void assertNextPullIsRight(DarterCluster cluster) {
        List<Host> hosts = Host.of(sandbox, cluster);
        long started = System.nanoTime();
        Host.fetch(hosts, image);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).as("the next pull").isLessThan(LIMIT);
        cluster.agents().forEach(DarterAgent::assertStoreIsTrue);
    }

    private void assertRight(MirrorClient.Answer answer) {
        assertThat(answer.digest()).as("%s", answer).isEqualTo(layer.digest());
        assertThat(answer.elapsed()).as("%s", answer).isLessThan(LIMIT);
    }

    /** Either all is right, or the answer broke off and said so. */
    private void assertNotDeceived(MirrorClient.Answer answer) {
        assertThat(!answer.isComplete() || answer.digest().equals(layer.digest())).as("%s", answer).isTrue();
        assertThat(answer.elapsed()).as("%s", answer).isLessThan(LIMIT);
    }

    private CountingProxy.Tampering oneWrongByte(long at) {
        AtomicBoolean told = new AtomicBoolean();
        return (digest, offset, bytes, length) -> {
            if (digest.equals(layer.digest()) && offset <= at && at < offset + length && told.compareAndSet(false, true)) {
                bytes[(int) (at - offset)] ^= 1;
            }
        };
    }

    private static boolean holdsOnlyTruth(DarterAgent agent) {
        try {
            agent.assertStoreIsTrue();
            return true;
        } catch (AssertionError _) {
            return false;
        }
    }

    private static void flipByte(DarterAgent agent, Blob blob, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(agent.complete(blob).toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }
}
