package dev.darter.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What part of a blob a client wants: RFC 9110, section 14. */
sealed interface RangeRequest {

    /** All of it: no {@code Range}, or one that may be ignored. */
    record Whole() implements RangeRequest {}

    /** One or more parts, in the order asked for. */
    record Parts(List<ByteRange> ranges) implements RangeRequest {}

    /** Only bytes that the blob does not have: 416. */
    record Unsatisfiable() implements RangeRequest {}

    /** More parts than any reader of image formats asks for at once; a request for more is answered with the whole blob. */
    int MOST_PARTS = 256;

    Pattern SPEC = Pattern.compile("(\\d{0,18})-(\\d{0,18})");
    Pattern SINGLE = Pattern.compile("(?i)bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /**
     * Reads a {@code Range} header. What is no valid range of bytes is ignored, as the RFC demands. So are sets that ask for more bytes than
     * the blob has: overlapping ranges are an old attack on servers, and no client needs them.
     */
    static RangeRequest parse(Optional<String> header, long size) {
        if (header.isEmpty() || !header.get().regionMatches(true, 0, "bytes=", 0, 6)) {
            return new Whole();
        }
        List<ByteRange> ranges = new ArrayList<>();
        int parts = 0;
        for (String part : header.get().substring(6).split(",", -1)) {
            String text = part.strip();
            if (text.isEmpty()) {
                continue; // a list in HTTP may have empty elements
            }
            Matcher spec = SPEC.matcher(text);
            if (++parts > MOST_PARTS || !spec.matches() || !isValid(spec)) {
                return new Whole();
            }
            satisfy(spec, size).ifPresent(ranges::add);
        }
        if (parts == 0) {
            return new Whole();
        }
        if (ranges.isEmpty()) {
            return new Unsatisfiable();
        }
        return ranges.stream().mapToLong(ByteRange::length).sum() > size ? new Whole() : new Parts(List.copyOf(ranges));
    }

    /**
     * What will be read, as far as it can be known beforehand. A single range without an end is taken for the rest of a pull that broke. Where
     * the size is unknown, so is what a range that counts from the end means, and which of several ranges there is.
     */
    static WantedBytes wanted(Optional<String> header, OptionalLong size) {
        Matcher single = SINGLE.matcher(header.orElse(""));
        if (single.matches() && single.group(2).isEmpty() && !single.group(1).isEmpty()) {
            long first = Long.parseLong(single.group(1));
            return new WantedBytes.ToTheEnd(size.isPresent() && first >= size.getAsLong() ? 0 : first);
        }
        if (size.isPresent()) {
            return parse(header, size.getAsLong()) instanceof Parts(var ranges) ? new WantedBytes.Parts(ranges) : WantedBytes.all();
        }
        return single.matches() && !single.group(1).isEmpty() && isValid(single)
                ? new WantedBytes.Parts(List.of(new ByteRange(Long.parseLong(single.group(1)), Long.parseLong(single.group(2)))))
                : WantedBytes.all();
    }

    private static boolean isValid(Matcher spec) {
        OptionalLong first = number(spec.group(1));
        OptionalLong last = number(spec.group(2));
        return first.isPresent() ? last.isEmpty() || last.getAsLong() >= first.getAsLong() : last.isPresent();
    }

    private static Optional<ByteRange> satisfy(Matcher spec, long size) {
        OptionalLong first = number(spec.group(1));
        OptionalLong last = number(spec.group(2));
        if (first.isEmpty()) {
            long suffix = Math.min(last.orElseThrow(), size);
            return suffix == 0 ? Optional.empty() : Optional.of(new ByteRange(size - suffix, size - 1));
        }
        return first.getAsLong() >= size
                ? Optional.empty()
                : Optional.of(new ByteRange(first.getAsLong(), Math.min(last.orElse(size - 1), size - 1)));
    }

    private static OptionalLong number(String digits) {
        return digits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
    }
}
