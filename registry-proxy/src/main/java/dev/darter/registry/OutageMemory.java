package dev.darter.registry;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers for a moment that a registry can't be reached, so that the many questions of one pull don't each wait for the same silent host.
 * Thread-safe.
 */
final class OutageMemory {

    private static final Logger LOG = LoggerFactory.getLogger(OutageMemory.class);

    /** A question whose answer is a verdict. */
    interface Question {
        Verdict ask() throws IOException, InterruptedException;
    }

    private record Outage(Instant until, Verdict.Outage verdict) {}

    private final InstantSource clock;
    private final Duration length;
    private final ConcurrentHashMap<String, Outage> outages = new ConcurrentHashMap<>();

    /** @param length of the moment */
    OutageMemory(InstantSource clock, Duration length) {
        this.clock = clock;
        this.length = length;
    }

    /** Asks, unless the registry is known to be down. A registry that answers with an error is not down: only silence is remembered. */
    Verdict orElse(String registry, Question question) throws InterruptedException {
        Outage outage = outages.get(registry);
        if (outage != null && clock.instant().isBefore(outage.until())) {
            return outage.verdict();
        }
        try {
            Verdict verdict = question.ask();
            if (outages.remove(registry) != null) {
                LOG.info("{} answers again", registry);
            }
            return verdict;
        } catch (OriginException failure) {
            Verdict.Outage verdict = Verdicts.of(failure);
            if (failure.isUnreachable()) {
                Outage before = outages.put(registry, new Outage(clock.instant().plus(length), verdict));
                if (before == null) {
                    LOG.warn("{} can't be reached: {}; what may be served without it is", registry, failure.getMessage());
                }
            }
            return failure.kind() == OriginException.Kind.UNAUTHORIZED ? new Verdict.Refused(401, List.of()) : verdict;
        } catch (IOException failure) {
            return new Verdict.Outage(failure.toString(), Optional.empty());
        }
    }
}
