package dev.darter.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import dev.darter.registry.upstream.Header;

/** The media types that a client takes, in a form in which equal wishes are equal. */
final class Accept {

    private Accept() {}

    /** One entry for each type, in lower case, sorted: neither order nor the split into lines means anything to a registry. */
    static List<String> normalized(List<Header> lines) {
        return lines.stream()
                .flatMap(line -> Arrays.stream(line.value().split(",")))
                .map(type -> type.replaceAll("\\s", "").toLowerCase(Locale.ROOT))
                .filter(type -> !type.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
