package dev.darter.registry.upstream;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110, section 10.2.3): seconds or a date. */
final class RetryAfter {

    /** No header keeps a cluster away from its registry for longer. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private RetryAfter() {}

    /** How long to wait; empty when the header says nothing that can be understood. */
    static Optional<Duration> parse(String value, Instant now) {
        String trimmed = value.trim();
        Optional<Duration> wait = !trimmed.isEmpty() && trimmed.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.of(seconds(trimmed))
                : date(trimmed, now);
        return wait.map(duration -> duration.compareTo(LONGEST) > 0 ? LONGEST : duration);
    }

    private static Duration seconds(String digits) {
        return digits.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(digits));
    }

    private static Optional<Duration> date(String text, Instant now) {
        try {
            Duration wait = Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }
}
