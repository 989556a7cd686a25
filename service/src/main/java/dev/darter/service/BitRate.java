package dev.darter.service;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rate as network people write it: {@code 400Mbit} (per second, decimal prefixes). */
public record BitRate(long bitsPerSecond) {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([a-z]*)(?:/s)?");
    private static final Map<String, Long> UNITS = Map.of("bit", 1L, "kbit", 1_000L, "mbit", 1_000_000L, "gbit", 1_000_000_000L, "tbit",
            1_000_000_000_000L);

    /** Rejects a rate that never sends anything. */
    public BitRate {
        if (bitsPerSecond < 8) {
            throw new IllegalArgumentException("a rate has to be at least one byte a second, not " + bitsPerSecond + " bit");
        }
    }

    /** Reads a rate with its unit; anything else is an {@link IllegalArgumentException} that can be shown to a user. */
    public static BitRate parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("'" + text + "' is not a rate, for instance 400Mbit or 1.5Gbit");
        }
        try {
            return new BitRate(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)).toBigInteger().longValueExact());
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("'" + text + "' is a faster rate than can be counted", tooLarge);
        }
    }

    /** Whole bytes a second, at least one. */
    public long bytesPerSecond() {
        return bitsPerSecond / 8;
    }

    /** The shortest text that {@link #parse} reads as the same rate: {@code 400Mbit}. */
    @Override
    public String toString() {
        long value = bitsPerSecond;
        int unit = 0;
        while (unit < 4 && value % 1000 == 0) {
            value /= 1000;
            unit++;
        }
        return value + (unit == 0 ? "" : String.valueOf("kMGT".charAt(unit - 1))) + "bit";
    }
}
