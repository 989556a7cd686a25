package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kinds of images that containerd's image store allows, with containerd 2.4 and two agents before a real registry. */
final class ImageKindsIT {
    /** The only snapshotter to which containerd's newer way of pulling unpacks unless it is configured. */
    private static final String OVERLAYFS = "overlayfs";
    private static final List<String> ON_OVERLAYFS = List.of("--snapshotter", OVERLAYFS);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private CountingProxy origin;
    private DarterCluster cluster;

    @BeforeEach
    void startCluster() {
        origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        cluster = DarterCluster.start(sandbox, 2, origin);
    }

    private Containerd containerd(int agent) {
        return Containerd.start(sandbox, "containerd-" + agent, Containerd.Release.NEWER).useMirror(cluster.agent(agent).url());
    }

    /** What left the registry is what the runtime has, and left it once. */
    private void assertOnlyWhatWasPulledLeft(Path blobs, TestImage image) {
        List<Blob> left = image.contents().stream().filter(blob -> !origin.gets(blob.digest()).isEmpty()).toList();
        ContentStore.assertHoldsOnly(blobs, left);
        assertThat(left).allSatisfy(blob -> assertThat(origin.bytesSent(blob.digest())).isEqualTo(blob.size()));
    }

    @Test
    void onePlatformOfThreeCostsNoMoreThanItself() {
        TestImage image = sandbox.registry().push(ImageKinds.platforms());
        Containerd first = containerd(1);
        Containerd second = containerd(2);

        first.pull(image.reference(), OVERLAYFS, "--skip-metadata").orFail("pull of this host's platform");
        // The index, this platform's manifest and configuration, and three layers.
        assertThat(origin.transfers().stream().filter(Transfer::isContent)).hasSize(6);
        assertOnlyWhatWasPulledLeft(first.blobs(), image);
        assertThat(first.printed(ON_OVERLAYFS, image.reference(), "/bin/sha256sum", ImageKinds.zstdFile()))
                .isEqualTo(ImageKinds.zstdFileSum());

        second.pull(image.reference(), OVERLAYFS, "--all-platforms").orFail("pull of all platforms");
        ContentStore.assertHoldsOnly(second.blobs(), image.contents());
        assertOnlyWhatWasPulledLeft(second.blobs(), image);
        assertThat(second.printed(ON_OVERLAYFS, image.reference())).isEqualTo(TestImages.GREETING + "\n");
    }

    @Test
    void indexOfIndicesIsPulled() {
        TestImage image = sandbox.registry().push(ImageKinds.nested());
        Containerd first = containerd(1);
        Containerd second = containerd(2);

        first.pull(image.reference(), OVERLAYFS).orFail("pull of this host's platform");
        assertOnlyWhatWasPulledLeft(first.blobs(), image);
        assertThat(first.printed(ON_OVERLAYFS, image.reference())).isEqualTo(TestImages.GREETING + "\n");

        second.fetch(image.reference()).orFail("fetch of all");
        second.assertHolds(image.contents());
        Host.assertLeftOnce(origin, image, 2);
    }

    @Test
    void imageOfMoreThanAHundredLayersRuns() {
        TestImage image = sandbox.registry().push(ImageKinds.manyLayers());
        Containerd first = containerd(1);
        Containerd second = containerd(2);

        first.pull(image.reference(), OVERLAYFS).orFail("pull");
        second.fetch(image.reference()).orFail("fetch");

        Stream.of(first, second).forEach(containerd -> containerd.assertHolds(image.contents()));
        String last = "/parts/" + (ImageKinds.LAYERS - 1);
        assertThat(first.printed(ON_OVERLAYFS, image.reference(), "/bin/cat", last, "/greeting"))
                .isEqualTo(ImageKinds.LAYERS - 1 + TestImages.GREETING + "\n");
        Host.assertLeftOnce(origin, image, 2);
    }

    @Test
    void webAssemblyRuns() {
        TestImage image = sandbox.registry().push(ImageKinds.wasi());
        TestImage artifact = sandbox.registry().push(TestImages.wasm());
        Containerd containerd = containerd(1);
        Path wazero = BuiltProgram.folder("image-tools.sh").resolve("wazero");

        containerd.pull(image.reference(), "native", "--local", "--platform", "wasi/wasm").orFail("pull");
        containerd.fetch(artifact.reference()).orFail("fetch");

        containerd.assertHolds(image.contents());
        containerd.assertHolds(artifact.contents());
        assertThat(containerd.printed(List.of("--snapshotter", "native", "--platform", "wasi/wasm", "--mount",
                "type=bind,src=" + wazero + ",dst=/wazero,options=rbind:ro"), image.reference(), "/wazero", "run", "/hello.wasm"))
                .isEqualTo(TestImages.GREETING + "\n");
        Path module = containerd.blobs().resolve(Digests.hex(artifact.largest().digest()));
        assertThat(sandbox.run(sandbox.command("wazero", wazero.toString(), "run", module.toString())).orFail("wazero").stdout())
                .isEqualTo(TestImages.GREETING + "\n");
    }
}
