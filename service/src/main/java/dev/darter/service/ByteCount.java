package dev.darter.service;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: {@code 20GiB}, {@code 500MB}, {@code 1048576}. */
public record ByteCount(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([A-Za-z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(Map.entry("", 1L), Map.entry("b", 1L), Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L), Map.entry("tb", 1_000_000_000_000L), Map.entry("k", 1L << 10), Map.entry("m", 1L << 20),
            Map.entry("g", 1L << 30),
            Map.entry("t", 1L << 40), Map.entry("kib", 1L << 10), Map.entry("mib", 1L << 20), Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    /** Rejects a negative number. */
    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a number of bytes can't be negative: " + bytes);
        }
    }

    /** Reads a number with or without a unit; anything else is an {@link IllegalArgumentException} that can be shown to a user. */
    public static ByteCount parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("'" + text + "' is not a number of bytes, for instance 20GiB or 500MB");
        }
        try {
            return new ByteCount(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)).toBigInteger().longValueExact());
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("'" + text + "' is more bytes than can be counted", tooLarge);
        }
    }

    /** Short text for people, with three digits at most: {@code 12.3 MiB}. */
    public String toHuman() {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.995 ? "%.2f %ciB" : value < 99.95 ? "%.1f %ciB" : "%.0f %ciB", value,
                "KMGTP".charAt(unit));
    }

    /** The shortest text that {@link #parse} reads as the same number: {@code 20GiB}. */
    @Override
    public String toString() {
        int unit = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, 4);
        return unit == 0 ? Long.toString(bytes) : (bytes >> (10 * unit)) + String.valueOf("KMGT".charAt(unit - 1)) + "iB";
    }
}
