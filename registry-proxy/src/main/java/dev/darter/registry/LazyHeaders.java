package dev.darter.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * The headers with which nydusd and other clients of Dragonfly tell a mirror what they mean. {@code X-Dragonfly-Use-P2P} needs no reading: here
 * every blob comes from neighbours where they have it.
 */
final class LazyHeaders {
    /** Base URL, or host, of the registry that is meant. */
    static final String REGISTRY = "X-Dragonfly-Registry";
    /** Whose error it is: the registry's ({@code backend}) or this agent's ({@code proxy}), after which nydusd asks the registry itself. */
    static final String ERROR_TYPE = "X-Dragonfly-Error-Type";
    private static final String PRIORITY = "X-Dragonfly-Priority";
    private static final String PREFETCH = "X-Dragonfly-Prefetch";
    /** Levels go from 0 to 6; nydusd sends 6 for what a process waits for and 3 for what it reads ahead. */
    private static final int LOWEST_ON_DEMAND = 4;

    private LazyHeaders() {}

    /** Host and port of the registry that is meant, as in a URL; empty where none is named. */
    static Optional<String> registry(HttpHeaders headers) {
        return Optional.ofNullable(headers.get(REGISTRY)).filter(value -> !value.isBlank()).map(String::strip).map(LazyHeaders::authority);
    }

    private static String authority(String value) {
        if (!value.contains("://")) {
            return value;
        }
        try {
            String authority = new URI(value).getRawAuthority();
            return authority == null ? value : authority;
        } catch (java.net.URISyntaxException malformed) {
            return value; // refused as a name that is not on the list
        }
    }

    /** What is wanted, and how: at once or ahead of time, alone or with the rest of the blob. */
    static WantedBytes apply(HttpHeaders headers, WantedBytes wanted, LazyMode configured) {
        return switch (wanted) {
            case WantedBytes.ToTheEnd toTheEnd -> toTheEnd;
            case WantedBytes.Parts parts -> new WantedBytes.Parts(parts.ranges(), haste(headers), mode(headers).orElse(configured));
        };
    }

    private static WantedBytes.Haste haste(HttpHeaders headers) {
        String level = headers.get(PRIORITY, "").strip();
        return level.matches("[0-6]") && Integer.parseInt(level) < LOWEST_ON_DEMAND ? WantedBytes.Haste.AHEAD : WantedBytes.Haste.WAITING;
    }

    private static Optional<LazyMode> mode(HttpHeaders headers) {
        return switch (headers.get(PREFETCH, "").strip().toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(LazyMode.FILL_IN_BACKGROUND);
            case "false" -> Optional.of(LazyMode.RANGES_ONLY);
            default -> Optional.empty();
        };
    }
}
