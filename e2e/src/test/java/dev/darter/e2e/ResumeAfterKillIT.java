package dev.darter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pulling agent is killed half-way and started again: what it had is used. */
final class ResumeAfterKillIT {
    /** What is not yet in the journal when the process dies, and what was in its sockets, for all blobs that were on their way. */
    private static final long MAY_BE_LOST = 24 << 20;

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    @Test
    void chunksOfBeforeAreUsed() {
        TestImage image = sandbox.registry().push(TestImages.bulk());
        CountingProxy origin = sandbox.closeLater(new CountingProxy(sandbox.registry().url(), RateLimit.megabitsPerSecond(300)));
        DarterAgent agent = DarterCluster.start(sandbox, 1, origin).agent(1);
        Host before = Host.of(sandbox, "before", agent);

        Future<Command.Output> disturbed = Together.begin(() -> before.runtime().fetch(image.reference()));
        Waiting.until("half of it has come", Duration.ofSeconds(60), () -> agent.originBytes() > image.size() / 2);
        agent.process().process().kill();
        assertThat(Together.result(disturbed).succeeded()).isFalse();
        agent.process().restart();
        // A runtime that has nothing: it must not be what remembers the first half.
        Host.of(sandbox, "after", agent).fetch(image);

        assertThat(origin.bytesSent()).isLessThan(image.size() + MAY_BE_LOST);
        agent.assertStoreIsTrue();
    }
}
