package dev.darter.registry.upstream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes of a blob: from {@code first} to before {@code end}. */
record Span(long first, long end) {

    static final long TO_THE_END = Long.MAX_VALUE;

    /** {@code bytes 0-99/1234}; the total may be an asterisk. */
    private static final Pattern CONTENT_RANGE = Pattern.compile("\\s*bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)\\s*",
            Pattern.CASE_INSENSITIVE);

    Span {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException("no bytes from " + first + " to " + end);
        }
    }

    boolean isWhole() {
        return first == 0 && end == TO_THE_END;
    }

    /** As the value of a {@code Range} header. */
    String toHeader() {
        return "bytes=" + first + "-" + (end == TO_THE_END ? "" : Long.toString(end - 1));
    }

    /** What a 206 answer holds, and the size of the whole where it is told. */
    record Content(Span span, Optional<Long> total) {}

    static Optional<Content> parseContentRange(String header) {
        Matcher matcher = CONTENT_RANGE.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        Optional<Long> total = matcher.group(3).equals("*") ? Optional.empty() : Optional.of(Long.valueOf(matcher.group(3)));
        return last < first ? Optional.empty() : Optional.of(new Content(new Span(first, last + 1), total));
    }
}
