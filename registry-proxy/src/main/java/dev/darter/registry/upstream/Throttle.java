package dev.darter.registry.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/** Remembers until when a registry wants to be left alone. Thread-safe. */
final class Throttle {

    /** For a registry that says 429 and not for how long. */
    private static final Duration UNSTATED = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final AtomicReference<Instant> until = new AtomicReference<>(Instant.MIN);

    Throttle(InstantSource clock) {
        this.clock = clock;
    }

    Optional<Instant> until() {
        Instant instant = until.get();
        return instant.isAfter(clock.instant()) ? Optional.of(instant) : Optional.empty();
    }

    void extend(Instant instant) {
        until.accumulateAndGet(instant, (known, added) -> added.isAfter(known) ? added : known);
    }

    /** Takes note of an answer that asks for a pause. */
    void observe(UpstreamAnswer answer) {
        int status = answer.status();
        if (status != 429 && status != 503) {
            return;
        }
        Instant now = clock.instant();
        Optional<Duration> stated = answer.header("Retry-After").flatMap(value -> RetryAfter.parse(value, now));
        if (stated.isPresent() || status == 429) {
            extend(now.plus(stated.orElse(UNSTATED)));
        }
    }

    void check(String registry) throws OriginException {
        Optional<Instant> pause = until();
        if (pause.isPresent()) {
            throw new OriginException(Kind.THROTTLED, registry + " asked for a pause until " + pause.get(),
                    Optional.of(Duration.between(clock.instant(), pause.get())));
        }
    }
}
