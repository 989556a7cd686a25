package dev.darter.registry;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an upstream says to a caller's wish to read something. */
sealed interface Verdict {

    /** He may. */
    record Admitted(Facts facts) implements Verdict {}

    /**
     * He may not, or it isn't there.
     *
     * @param status the upstream's, below 500
     * @param challenges lines of {@code WWW-Authenticate}
     */
    record Refused(int status, List<String> challenges) implements Verdict {}

    /** No answer, or one that says nothing about this caller: 429, 5xx, no connection. */
    record Outage(String why, Optional<Duration> retryAfter) implements Verdict {}
}
