package dev.darter.e2e;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scheduler is killed: agents go on among themselves. */
final class SchedulerLossIT {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void schedulerIsLostBeforeThePull() throws Exception {
        Duration undisturbed = FaultScenario.undisturbed(sandbox);
        FaultScenario scenario = FaultScenario.start(sandbox);

        scenario.cluster().scheduler().process().kill();
        Future<List<Command.Output>> pulls = scenario.begin(scenario.hosts());

        FaultScenario.assertInTime(pulls, undisturbed);
        scenario.assertNothingLeftTwice();
    }

    @Test
    void schedulerIsLostInTheMiddleOfThePull() throws Exception {
        Duration undisturbed = FaultScenario.undisturbed(sandbox);
        FaultScenario scenario = FaultScenario.start(sandbox);

        Future<List<Command.Output>> pulls = scenario.begin(scenario.hosts());
        scenario.awaitSent(0.3);
        scenario.cluster().scheduler().process().kill();

        FaultScenario.assertInTime(pulls, undisturbed);
        scenario.assertNothingLeftTwice();
    }

    @Test
    void schedulerThatComesBackIsUsedAgain() throws Exception {
        FaultScenario scenario = FaultScenario.start(sandbox);
        scenario.hosts().getFirst().fetch(scenario.image());

        scenario.cluster().scheduler().process().kill();
        scenario.cluster().scheduler().restart();
        Host.fetch(scenario.hosts(), scenario.image());

        scenario.assertNothingLeftTwice();
    }
}
