package dev.darter.e2e;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The registry is gone: what any host holds can still be pulled through every other. */
final class RegistryOutageIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void imageThatOneHostHoldsIsPulledThroughTheOthers() {
        TestImage image = sandbox.registry().push(TestImages.bulk());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.none()));
        List<Host> hosts = Host.of(sandbox, DarterCluster.start(sandbox, 3, origin, "--on-upstream-outage", "serve-all"));
        hosts.get(0).fetch(image);

        origin.close();

        hosts.get(1).fetch(image);
        hosts.get(2).runtime().fetch(image.referenceByDigest()).orFail("fetch by digest");
        hosts.get(2).runtime().assertHolds(image.contents());
        hosts.get(0).runtime().removeImages();
        hosts.get(0).fetch(image);
    }
}
