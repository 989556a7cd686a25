package dev.darter.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import dev.darter.registry.upstream.Upstream;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamRequest;

/**
 * Asks upstreams, and waits out short pauses that they ask for. Runtimes meet 429 with an immediate retry, several times for each manifest and
 * blob; the agent is the one that can wait.
 */
final class PatientClient {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);

    private final Duration patience;

    /** @param patience how long a request may wait in all before it is an outage */
    PatientClient(Duration patience) {
        this.patience = patience;
    }

    /**
     * Sends a request; the answer is any but 429.
     *
     * @throws OriginException of kind THROTTLED when the registry wants to be left alone for longer
     */
    UpstreamAnswer send(Upstream upstream, UpstreamRequest request) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Duration pause = SHORTEST_PAUSE;
            try {
                UpstreamAnswer answer = upstream.send(request);
                if (answer.status() != 429) {
                    return answer;
                }
                answer.close(); // if a longer pause is wanted, the next attempt is told so without being sent
            } catch (OriginException failure) {
                pause = failure.retryAfter().filter(wanted -> wanted.compareTo(SHORTEST_PAUSE) > 0).orElse(SHORTEST_PAUSE);
                if (failure.kind() != OriginException.Kind.THROTTLED || System.nanoTime() + pause.toNanos() > deadline) {
                    throw failure;
                }
            }
            if (System.nanoTime() + pause.toNanos() > deadline) {
                throw new OriginException(OriginException.Kind.THROTTLED, upstream.identity() + " answered 429", Optional.of(pause));
            }
            Thread.sleep(pause);
        }
    }
}
