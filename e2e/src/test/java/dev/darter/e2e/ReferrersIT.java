package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bills of materials and signatures: found by the registry's list of what refers to an image, or by tags that are made of its digest. */
final class ReferrersIT {
    private static final List<TestImage> ALL = List.of(ImageKinds.subject(), ImageKinds.sbom(), ImageKinds.signature());

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private CountingProxy origin(RealRegistry registry) {
        return sandbox.closeLater(new CountingProxy(registry.url(), RateLimit.none()));
    }

    @Test
    void foundByTheApi() {
        RealRegistry registry = sandbox.closeLater(RealRegistry.startWithReferrers(sandbox.logs()));
        ALL.forEach(registry::push);
        CountingProxy origin = origin(registry);

        assertAllComeThrough(origin);

        assertThat(requestsFor(origin, path -> path.contains("/manifests/sha256-"))).as("for the tag that stands in for the API").isZero();
    }

    @Test
    void foundByTheTagWhereThereIsNoApi() {
        ALL.forEach(sandbox.registry()::push);
        sandbox.registry().push(ImageKinds.referrersTag());

        assertAllComeThrough(origin(sandbox.registry()));
    }

    private void assertAllComeThrough(CountingProxy origin) {
        List<Blob> contents = ALL.stream().flatMap(image -> image.contents().stream()).distinct().toList();
        for (DarterAgent agent : DarterCluster.start(sandbox, 2, origin).agents()) {
            Oras oras = new Oras(sandbox, agent);
            assertThat(oras.discover(ImageKinds.subject(), MediaTypes.SPDX)).contains(ImageKinds.sbom().root().digest())
                    .doesNotContain(ImageKinds.signature().root().digest());
            ContentStore.assertHolds(oras.copyWithReferrers(ImageKinds.subject()), contents);
        }
        assertThat(requestsFor(origin, path -> path.contains("/referrers/"))).isPositive();
        assertThat(contents).allSatisfy(blob -> assertThat(origin.bytesSent(blob.digest())).isEqualTo(blob.size()));
    }

    private static long requestsFor(CountingProxy origin, Predicate<String> path) {
        return origin.transfers().stream().map(transfer -> transfer.request().pathWithoutQuery()).filter(path).count();
    }

    @Test
    void signaturesOfCosignArePulledByTheirTags() {
        CountingProxy origin = origin(sandbox.registry());
        List<Containerd> containerds = DarterCluster.start(sandbox, 2, origin)
                .agents()
                .stream()
                .map(agent -> Containerd.start(sandbox, "containerd-" + agent.proxyPort(), Containerd.Release.NEWER).useMirror(agent.url()))
                .toList();

        for (TestImage image : ImageKinds.cosign()) {
            sandbox.registry().push(image);
            for (Containerd containerd : containerds) {
                containerd.fetch(image.reference()).orFail("fetch");
                containerd.assertHolds(image.contents());
            }
            assertThat(image.contents()).allSatisfy(blob -> assertThat(origin.bytesSent(blob.digest())).isEqualTo(blob.size()));
        }
        Command.Output missing = containerds.getFirst().fetch(ImageKinds.cosign().getFirst().reference().replace(".sig", ".sbom"));
        assertThat(missing.succeeded()).isFalse();
        assertThat(missing.stderr()).contains("not found");
    }
}
