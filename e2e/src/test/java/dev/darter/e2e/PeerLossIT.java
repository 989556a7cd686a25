package dev.darter.e2e;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The peer that serves an image to the others is lost while it does. */
final class PeerLossIT {
    /** What the image's only holder may send makes the others as slow as a registry of the usual rate would. */
    private static final String[] SLOW_UPLOAD = {"--upload-rate", "600Mbit"};

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void servingPeerIsKilled() throws Exception {
        servingPeerIsLost(Child::kill);
    }

    @Test
    void servingPeerIsFrozen() throws Exception {
        servingPeerIsLost(Child::freeze);
    }

    private void servingPeerIsLost(Consumer<Child> fault) throws Exception {
        Duration undisturbed = undisturbed();
        FaultScenario scenario = startBesideServingPeer(sandbox);
        Host serving = scenario.hosts().getFirst();
        List<Host> others = scenario.hosts().subList(1, 3);

        Future<List<Command.Output>> pulls = scenario.begin(others);
        long enough = scenario.image().size() / 3;
        Waiting.until("a third has come from the peer", Duration.ofSeconds(60),
                () -> others.stream().allMatch(host -> host.agent().peerBytes() > enough));
        fault.accept(serving.agent().process().process());

        FaultScenario.assertInTime(pulls, undisturbed);
        scenario.assertNothingLeftTwice();
    }

    /** One of the hosts has the image already. */
    private static FaultScenario startBesideServingPeer(Sandbox sandbox) throws Exception {
        FaultScenario scenario = FaultScenario.start(sandbox, SLOW_UPLOAD);
        scenario.hosts().getFirst().fetch(scenario.image());
        scenario.origin().reset();
        return scenario;
    }

    /** How long it takes when the serving peer stays. */
    private Duration undisturbed() throws Exception {
        try (Sandbox own = sandbox.nested("undisturbed")) {
            FaultScenario scenario = startBesideServingPeer(own);
            return FaultScenario.slowest(Host.fetch(scenario.hosts().subList(1, 3), scenario.image()));
        }
    }
}
