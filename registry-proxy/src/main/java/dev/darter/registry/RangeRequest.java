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
     * Where reading will begin: the first byte of the first range. A range that counts from the end of a blob of unknown size is taken for
     * one that begins at its start.
     */
    static long firstByte(Optional<String> header, OptionalLong size) {
        if (size.isPresent() && parse(header, size.getAsLong()) instanceof Parts(var ranges)) {
            return ranges.getFirst().first();
        }
        Matcher spec = SPEC.matcher(header.orElse(""));
        return spec.find() ? number(spec.group(1)).orElse(0) : 0;
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
