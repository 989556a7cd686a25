package dev.darter.registry.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One way to authenticate that a 401 answer offers. */
public sealed interface Challenge {

    /**
     * Fetch a token and show it (the registry's token specification).
     *
     * @param realm where tokens are had
     * @param service the name of the registry there
     * @param scope what for, for instance {@code repository:library/alpine:pull}; several are separated by spaces
     */
    record Bearer(URI realm, Optional<String> service, Optional<String> scope) implements Challenge {}

    /** Send name and password with each request. */
    record Basic() implements Challenge {}

    /** Reads {@code WWW-Authenticate} lines, each with one or more challenges; schemes that no registry uses are left out. */
    static List<Challenge> parse(List<String> headerLines) {
        List<Challenge> known = new ArrayList<>();
        for (String line : headerLines) {
            for (ChallengeParser.Raw raw : new ChallengeParser(line).parse()) {
                switch (raw.scheme().toLowerCase(Locale.ROOT)) {
                    case "bearer" -> bearer(raw.parameters()).ifPresent(known::add);
                    case "basic" -> known.add(new Basic());
                    default -> {
                        // Negotiate, Digest and the like: not for container registries.
                    }
                }
            }
        }
        return known;
    }

    private static Optional<Challenge> bearer(Map<String, String> parameters) {
        try {
            URI realm = new URI(parameters.getOrDefault("realm", ""));
            boolean web = "https".equalsIgnoreCase(realm.getScheme()) || "http".equalsIgnoreCase(realm.getScheme());
            return web && realm.getHost() != null
                    ? Optional.of(new Bearer(realm, Optional.ofNullable(parameters.get("service")),
                            Optional.ofNullable(parameters.get("scope"))))
                    : Optional.empty();
        } catch (URISyntaxException unusable) {
            return Optional.empty();
        }
    }
}
