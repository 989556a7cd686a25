package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What containerd on a host holds is served from where it lies, and stored once. */
final class ContainerdContentIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    /** Two hosts: one with a containerd whose content its agent uses, and one that is empty. */
    private record Pair(CountingProxy origin, Containerd filled, DarterAgent holder, Host other) {}

    private Pair pair(Containerd filled, CountingProxy origin, String... holderOptions) {
        DarterCluster cluster = DarterCluster.start(sandbox, 1, origin);
        String[] options = Stream
                .concat(Stream.of("--containerd-socket", filled.socket().toString()), Stream.of(holderOptions))
                .toArray(String[]::new);
        DarterAgent holder = DarterAgent.start(sandbox, "holder", cluster.schedulerUrl(), origin.url(), options);
        cluster.agent(1).awaitMembers(2);
        return new Pair(origin, filled, holder, Host.of(sandbox, "other", cluster.agent(1)));
    }

    private CountingProxy origin(RealRegistry registry) {
        return sandbox.closeLater(new CountingProxy(registry.url(), RateLimit.none()));
    }

    private static void awaitServed(DarterAgent agent, long blobs) {
        Waiting.until(blobs + " blobs are served from containerd", SOON,
                () -> agent.process().metric("darter_containerd_blobs") == blobs);
    }

    @ParameterizedTest
    @EnumSource
    void hostThatWasFilledBeforeIsAFullPeerAtOnce(Containerd.Release release) {
        TestImage image = sandbox.registry().push(TestImages.bulk());
        Containerd filled = Containerd.start(sandbox, "filled", release).useMirror(sandbox.registry().url());
        filled.fetch(image.reference()).orFail("fetch without Darter");

        Pair pair = pair(filled, origin(sandbox.registry()));
        awaitServed(pair.holder(), image.contents().size());
        pair.other().fetch(image);

        assertThat(pair.other().agent().peerBytes()).isEqualTo(image.size());
        assertThat(pair.other().agent().originBytes()).isZero();
        assertThat(pair.holder().completeFiles()).as("copies").isEmpty();
        filled.assertHolds(image.contents());
    }

    @Test
    void listFollowsWhatContainerdDoes() throws Exception {
        TestImage image = sandbox.registry().push(TestImages.hello());
        Containerd filled = Containerd.start(sandbox, "filled").useMirror(sandbox.registry().url());
        Pair pair = pair(filled, origin(sandbox.registry()));
        assertThat(pair.holder().process().metric("darter_containerd_connected")).isEqualTo(1);

        filled.fetch(image.reference()).orFail("fetch");
        awaitServed(pair.holder(), image.contents().size());
        filled.kill();
        Waiting.until("the loss is noticed", SOON, () -> pair.holder().process().metric("darter_containerd_connected") == 0);
        pair.other().fetch(image);
        assertThat(pair.other().agent().peerBytes()).as("from a host whose containerd is down").isEqualTo(image.size());
        filled.restart();
        Waiting.until("it is back", SOON, () -> pair.holder().process().metric("darter_containerd_connected") == 1);
        filled.removeImages();
        awaitServed(pair.holder(), 0);
    }

    @Test
    void contentThatIsCollectedInMidUploadComesFromElsewhere() throws Exception {
        TestImage image = sandbox.registry().push(TestImages.single());
        Containerd filled = Containerd.start(sandbox, "filled").useMirror(sandbox.registry().url());
        filled.fetch(image.reference()).orFail("fetch");
        Pair pair = pair(filled, origin(sandbox.registry()), "--upload-rate", "200Mbit");
        awaitServed(pair.holder(), image.contents().size());

        Future<Command.Output> pull = Together.begin(() -> pair.other().fetch(image));
        Waiting.until("a part has come from the peer", SOON, () -> pair.other().agent().peerBytes() > image.size() / 10);
        filled.removeImages();

        pull.get();
        awaitServed(pair.holder(), 0);
        assertThat(pair.other().agent().peerBytes()).isLessThan(image.size());
        assertThat(pair.other().agent().originBytes() + pair.other().agent().peerBytes()).isGreaterThanOrEqualTo(image.size());
        pair.other().agent().assertStoreIsTrue();
    }

    @Test
    void onlyProvenCallersGetPrivateImages() {
        TestImage image = TestImages.hello();
        RealRegistry registry = sandbox
                .closeLater(RealRegistry.start(sandbox.scratch("registry"), sandbox.logs(), RealRegistry.Access.ONE_USER));
        registry.push(image);
        Containerd filled = Containerd.start(sandbox, "filled").useMirror(registry.url());
        filled.fetchAs(RealRegistry.USER, RealRegistry.PASSWORD, image.reference()).orFail("the user, without Darter");
        Pair pair = pair(filled, origin(registry));
        awaitServed(pair.holder(), image.contents().size());

        assertThat(pair.other().runtime().fetch(image.reference()).succeeded()).as("a stranger on another host").isFalse();
        Containerd stranger = Containerd.start(sandbox, "stranger").useMirror(pair.holder().url());
        assertThat(stranger.fetch(image.reference()).succeeded()).as("a stranger on the host that holds it").isFalse();

        stranger.fetchAs(RealRegistry.USER, RealRegistry.PASSWORD, image.reference()).orFail("the user on the host that holds it");
        pair.other().runtime().fetchAs(RealRegistry.USER, RealRegistry.PASSWORD, image.reference()).orFail("the user on another host");
        for (Blob layer : image.blobs()) {
            assertThat(pair.origin().bytesSent(layer.digest())).as("%s", layer).isZero();
        }
    }

    /** The image is in no image list, so only the lease keeps it; the pull that follows may ask its mirror for nothing but the meaning of the tag. */
    @ParameterizedTest
    @EnumSource
    void pullFeedsContainerd(Containerd.Release release) {
        TestImage image = sandbox.registry().push(TestImages.small());
        CountingProxy origin = origin(sandbox.registry());
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin).agent(1);
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        Command pull = DarterProcess.command(sandbox, "pull",
                List.of("pull", image.reference(), "--proxy", agent.address(), "--admin", agent.process().adminAddress(),
                        "--containerd-socket",
                        containerd.socket().toString()));

        sandbox.run(pull).orFail("pull");
        sandbox.run(pull).orFail("pull of what is there");
        containerd.collectGarbage();

        containerd.assertHolds(image.contents());
        origin.reset();
        containerd.useMirror(origin.url()).fetch(image.reference()).orFail("fetch by containerd");
        assertThat(origin.bytesSent()).as("bytes of content").isZero();
    }

    @Test
    void discardedLayersAreSaid() {
        TestImage image = sandbox.registry().push(TestImages.hello());
        Containerd filled = Containerd.startDiscarding(sandbox, "filled").useMirror(sandbox.registry().url());
        Kubelet.pull(filled, image.reference());
        Pair pair = pair(filled, origin(sandbox.registry()));
        filled.collectGarbage();
        // Manifest and configuration stay.
        awaitServed(pair.holder(), 2);

        Command status = DarterProcess.command(sandbox, "status", List.of("status", "--admin", pair.holder().process().adminAddress()));
        assertThat(sandbox.run(status).orFail("status").stdout()).contains("2 blobs served from it",
                "containerd keeps no layers of 1 images (discard_unpacked_layers)");
    }

    /** Another user than root may use neither the socket nor the folder. */
    @Test
    void agentThatMayNotAskContainerdSaysSo() throws Exception {
        TestImage image = sandbox.registry().push(TestImages.hello());
        Containerd filled = Containerd.start(sandbox, "filled").useMirror(sandbox.registry().url());
        filled.fetch(image.reference()).orFail("fetch");
        CountingProxy origin = origin(sandbox.registry());
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin).agent(1);
        String admin = "127.0.0.1:" + Ports.free();
        sandbox.run(sandbox.command("chown", "chown", "nobody:nogroup", filled.socket().toString())).orFail("chown");
        Path data = sandbox.scratch("stranger");
        Command darter = DarterProcess.command(sandbox, "stranger", List.of("agent", "--data", data.toString(), "--proxy", "127.0.0.1:0",
                "--peer", "127.0.0.1:0", "--admin", admin, "--upstream", DarterCluster.REGISTRY + "=" + origin.url(), "--containerd-socket",
                filled.socket().toString()));
        // Still root, whose folders these are, but one to whom permissions apply; another user might not even reach the program.
        Command bound = sandbox
                .command("stranger", "setpriv", "--inh-caps=-all", "--bounding-set=-all")
                .with(darter.arguments());
        sandbox.closeLater(bound.start());

        Command status = DarterProcess.command(sandbox, "status", List.of("status", "--admin", admin));
        Waiting.until("it is ready and says what is wrong", SOON, () -> {
            String said = sandbox.run(status).stdout();
            return said.contains(", ready") && said.contains("this process may not use its socket");
        });
        assertThat(agent.process().isReady()).isTrue();
    }

    @Test
    void agentStartsWithoutContainerdAndFindsItLater() throws Exception {
        TestImage image = sandbox.registry().push(TestImages.hello());
        Containerd filled = Containerd.start(sandbox, "filled").useMirror(sandbox.registry().url());
        filled.fetch(image.reference()).orFail("fetch");
        filled.kill();
        Files.deleteIfExists(filled.socket());
        Pair pair = pair(filled, origin(sandbox.registry()));

        pair.other().fetch(image);
        assertThat(pair.other().agent().originBytes()).isEqualTo(image.size());
        filled.restart();

        awaitServed(pair.holder(), image.contents().size());
    }

    @ParameterizedTest
    @EnumSource
    void pulledImageIsStoredOnce(Containerd.Release release) {
        assertStoredOnce(sandbox.registry().push(TestImages.bulk()), release);
    }

    @Test
    @Tag("long")
    void twoGibibytesAreStoredOnce() {
        assertStoredOnce(sandbox.registry().push(TestImages.random("two-gibibytes", 21, 2047)), Containerd.Release.DEBIAN);
    }

    private void assertStoredOnce(TestImage image, Containerd.Release release) {
        CountingProxy origin = origin(sandbox.registry());
        Containerd containerd = Containerd.start(sandbox, "containerd", release);
        DarterCluster cluster = DarterCluster.start(sandbox, 1, origin, "--containerd-socket", containerd.socket().toString(),
                "--store-mode", "shared", "--quota", "4GiB");
        DarterAgent agent = cluster.agent(1);
        containerd.useMirror(agent.url()).fetch(image.reference()).orFail("fetch");

        Waiting.until("all is shared", SOON,
                () -> agent.process().metric("darter_containerd_shared_blobs") == image.contents().size());
        long alone = diskUsage(containerd.blobs());
        assertThat(alone).isGreaterThanOrEqualTo(image.size());
        long both = diskUsage(containerd.blobs(), agent.data());
        System.out.printf("containerd %s and the agent take %d bytes, containerd alone %d: %.5f times as many%n", release, both, alone,
                (double) both / alone);
        assertThat(both).as("of both").isLessThanOrEqualTo(alone * 105 / 100);
        assertThat(agent.process().metric("darter_store_bytes")).isZero();
        agent.assertStoreIsTrue();
        containerd.assertHolds(image.contents());

        containerd.removeImages();
        Waiting.until("it is the agent's alone", SOON, () -> agent.process().metric("darter_store_bytes") >= image.size());
        origin.reset();
        containerd.fetch(image.reference()).orFail("fetch again");
        assertThat(origin.bytesSent(image.largest().digest())).isZero();
    }

    /** A file with two names counts once. */
    private long diskUsage(Path... folders) {
        Command du = sandbox.command("du", "du", "--summarize", "--total", "--block-size=1");
        for (Path folder : folders) {
            du = du.with(folder.toString());
        }
        String total = sandbox.run(du).orFail("du").stdout().lines().reduce((_, last) -> last).orElseThrow();
        return Long.parseLong(total.split("\\s", 2)[0]);
    }
}
