package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The host that reads the registry for all is lost while it does. */
final class LeaseHolderLossIT {
    /** What may be on its way in sockets when the holder is lost, counted as sent and never received. */
    private static final long IN_FLIGHT = 16 << 20;

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void leaseHolderIsKilled() throws Exception {
        leaseHolderIsLost(Child::kill);
    }

    @Test
    void leaseHolderIsFrozen() throws Exception {
        leaseHolderIsLost(Child::freeze);
    }

    private void leaseHolderIsLost(Consumer<Child> fault) throws Exception {
        Duration undisturbed = FaultScenario.undisturbed(sandbox);
        FaultScenario scenario = FaultScenario.start(sandbox);
        Host holder = scenario.hosts().getFirst();
        List<Host> others = scenario.hosts().subList(1, 3);

        // The one that comes first gets the leases. Its own runtime fails with it: its mirror is gone.
        Future<Command.Output> first = Together.begin(() -> holder.runtime().fetch(scenario.image().reference()));
        scenario.awaitSent(0.05);
        Future<List<Command.Output>> pulls = scenario.begin(others);
        scenario.awaitSent(0.4);
        assertThat(holder.agent().originBytes()).as("the first reads for all").isGreaterThan(scenario.image().size() / 4);
        long leastReceived = others.stream().mapToLong(host -> host.agent().peerBytes() + host.agent().originBytes()).max().orElseThrow();
        fault.accept(holder.agent().process().process());
        long sentToTheHolder = scenario.origin().bytesSent();

        FaultScenario.assertInTime(pulls, undisturbed);
        long heldByNobodyElse = sentToTheHolder - leastReceived;
        assertThat(scenario.origin().bytesSent()).as("bytes that left the registry")
                .isLessThanOrEqualTo(scenario.image().size() + heldByNobodyElse + IN_FLIGHT);
        assertThat(first.isDone() && Together.result(first).succeeded()).as("the holder's runtime has no other mirror").isFalse();
        others.forEach(host -> host.agent().assertStoreIsTrue());
    }
}
