package dev.darter.registry;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.registry.Address.Style;
import dev.darter.registry.upstream.Challenge;

/**
 * Makes challenges that a client can meet. A client that names its registry by {@code ns} asks for tokens in the registry's own words, and
 * gets the upstream's challenge unchanged. One that names it by a path prefix asks for {@code repository:ghcr.io/lib/app:pull}, which the real
 * token service has never heard of: it is sent to the agent's own, see {@link TokenEndpoint}.
 */
final class ChallengeRewriter {

    /** Where the agent's own token service is. */
    static final String TOKEN_PATH = "/darter/token";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,300}");

    private ChallengeRewriter() {}

    /** The lines of {@code WWW-Authenticate} for this client. */
    static List<String> forClient(Pull pull, List<String> challenges) {
        Optional<String> own = ownRealm(pull.exchange().headers());
        if (pull.address().style() != Style.PREFIX || own.isEmpty()) {
            return challenges;
        }
        for (Challenge challenge : Challenge.parse(challenges)) {
            if (challenge instanceof Challenge.Bearer bearer) {
                String scope = bearer.scope().map(scopes -> ",scope=\"" + prefixed(scopes, pull.address().prefix()) + "\"").orElse("");
                return List.of(own.get() + scope);
            }
        }
        return challenges;
    }

    /** A challenge that names the agent's own token service, at the address by which this client reaches the agent. */
    static Optional<String> ownRealm(HttpHeaders request) {
        String host = request.get("Host", "");
        return HOST.matcher(host).matches()
                ? Optional.of("Bearer realm=\"http://" + host + TOKEN_PATH + "\",service=\"darter\"")
                : Optional.empty();
    }

    private static String prefixed(String scopes, String prefix) {
        return scopes.replaceAll("[\\\\\"]", "").replaceAll("(^| )repository:", "$1repository:" + prefix);
    }
}
