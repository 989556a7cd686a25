package dev.darter.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Bearer tokens that the agent's token endpoint makes itself, for upstreams that have none to give. Clients that meet one token challenge for
 * all registries behind the agent (podman asks {@code /v2/} once and never again) need a token for these as well; on its way upstream it turns
 * back into what it stands for.
 */
final class MarkedToken {

    private static final String NOBODY = "darter.nobody";
    private static final String BASIC = "darter.basic.";
    private static final String BEARER = "Bearer ";

    private MarkedToken() {}

    /**
     * The token for an upstream without a token service: it stands for the Basic credentials that the client showed, or for none. It is as
     * secret as these, and goes to nobody but the client that sent them.
     */
    static String wrap(Optional<String> authorization) {
        return authorization.filter(header -> header.regionMatches(true, 0, "Basic ", 0, 6))
                .map(header -> BASIC + Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8)))
                .orElse(NOBODY);
    }

    /** What the upstream is to see. */
    static List<String> unwrap(List<String> authorization) {
        if (authorization.size() != 1 || !authorization.getFirst().startsWith(BEARER)) {
            return List.copyOf(authorization);
        }
        String token = authorization.getFirst().substring(BEARER.length()).strip();
        if (token.equals(NOBODY)) {
            return List.of();
        }
        if (!token.startsWith(BASIC)) {
            return List.copyOf(authorization);
        }
        try {
            String basic = new String(Base64.getUrlDecoder().decode(token.substring(BASIC.length())), StandardCharsets.UTF_8);
            return basic.chars().allMatch(c -> c >= 0x20 && c < 0x7f) ? List.of(basic) : List.of();
        } catch (IllegalArgumentException damaged) {
            return List.of();
        }
    }
}
