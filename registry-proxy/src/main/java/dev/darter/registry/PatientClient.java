package dev.darter.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import dev.darter.registry.OriginException.Kind;
import dev.darter.registry.upstream.Upstream;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamRequest;

/**
 * Asks upstreams, and waits out short pauses that they ask for, and short failures. Runtimes meet 429 with an immediate retry, several times for each manifest and
 * blob; the agent is the one that can wait.
 */
final class PatientClient {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration CLOCK_GRAIN = Duration.ofMillis(5);
    private static final int MOST_ATTEMPTS = 3;

    private final Duration patience;

    /** @param patience how long a request may wait in all before it is an outage */
    PatientClient(Duration patience) {
        this.patience = patience;
    }

    /**
     * Sends a request; the answer is any but 429. Errors of the server's own are given two more chances.
     *
     * @throws OriginException of kind THROTTLED when the registry wants to be left alone for longer
     */
    UpstreamAnswer send(Upstream upstream, UpstreamRequest request) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (int attempt = 1;; attempt++) {
            Duration pause = SHORTEST_PAUSE.multipliedBy(attempt);
            try {
                UpstreamAnswer answer = upstream.send(request);
                boolean hopeless = attempt == MOST_ATTEMPTS || System.nanoTime() + pause.toNanos() > deadline;
                if (!isPassing(answer.status()) || (hopeless && answer.status() != 429)) {
                    return answer;
                }
                answer.close(); // if a longer pause is wanted, the next attempt is told so without being sent
                if (hopeless) {
                    throw new OriginException(Kind.THROTTLED, upstream.identity() + " answered 429", Optional.of(pause));
                }
            } catch (OriginException failure) {
                pause = failure.retryAfter().orElse(pause);
                if (failure.kind() != Kind.THROTTLED || attempt == MOST_ATTEMPTS || System.nanoTime() + pause.toNanos() > deadline) {
                    throw failure;
                }
            }
            Thread.sleep(pause.plus(CLOCK_GRAIN));
        }
    }

    private static boolean isPassing(int status) {
        return switch (status) {
            case 429, 500, 502, 503, 504 -> true;
            default -> false;
        };
    }
}
