package dev.darter.registry;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.registry.upstream.Challenge;
import dev.darter.registry.upstream.Credentials;
import dev.darter.registry.upstream.Upstream;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.service.HttpExchange;

/**
 * The agent's own token service ({@code GET /darter/token}), for clients that name registries by a path prefix: turns the scope
 * {@code repository:ghcr.io/lib/app:pull} into {@code repository:lib/app:pull} and asks the real service, with the client's own credentials.
 * Only services that an allowed registry's own challenge has named are ever asked; the client's part is the repository alone.
 */
final class TokenEndpoint {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_ANSWER = 1024 * 1024;
    /** What else of the client's request means something to token services. */
    private static final List<String> PARAMETERS = List.of("account", "client_id", "offline_token");
    private static final int MARKED_TOKEN_SECONDS = 300;

    private final AddressBook addresses;
    private final OutagePolicy onOutage;

    TokenEndpoint(AddressBook addresses, OutagePolicy onOutage) {
        this.addresses = addresses;
        this.onOutage = onOutage;
    }

    void handle(HttpExchange exchange) throws RefusedException, IOException, InterruptedException {
        if (!exchange.method().equals("GET")) {
            // Clients that hold a refresh token try POST first, and take 405 as a request for GET.
            throw new RefusedException(ErrorCode.UNSUPPORTED, "tokens are had with GET");
        }
        TokenScopes scopes = TokenScopes.of(Query.all(exchange, "scope"), addresses);
        List<String> authorization = exchange.headers().getAll("Authorization");
        try {
            Optional<Challenge.Bearer> service = scopes.upstream().tokenService();
            if (service.isPresent()) {
                relay(exchange, scopes, service.get(), authorization);
            } else {
                respondMarked(exchange, authorization);
            }
        } catch (OriginException failure) {
            if (onOutage == OutagePolicy.SERVE_ALL && !exchange.isAnswered()) {
                respondMarked(exchange, authorization);
                return;
            }
            throw new RefusedException(ErrorCode.UNAVAILABLE, "no token can be had for " + scopes.upstream().identity() + ": "
                    + failure.getMessage());
        }
    }

    private static void relay(HttpExchange exchange, TokenScopes scopes, Challenge.Bearer service, List<String> authorization)
            throws IOException, InterruptedException, RefusedException {
        StringBuilder query = new StringBuilder();
        service.service().ifPresent(name -> append(query, "service", name));
        scopes.scopes().forEach(scope -> append(query, "scope", scope));
        for (String name : PARAMETERS) {
            Query.only(exchange, name).ifPresent(value -> append(query, name, value));
        }
        Upstream upstream = scopes.upstream();
        try (UpstreamAnswer answer = upstream.tokens().relay(service.realm(), query.toString(), new Credentials.Caller(authorization))) {
            if (answer.status() == 429) {
                throw new RefusedException(ErrorCode.TOOMANYREQUESTS, "the token service of " + upstream.identity() + " answered 429");
            }
            HttpHeaders headers = noStore();
            answer.header("Content-Type").ifPresent(type -> headers.set("Content-Type", type));
            headers.set("WWW-Authenticate", answer.headers().allValues("WWW-Authenticate"));
            exchange.respond(answer.status(), headers, answer.readAll(LONGEST_ANSWER));
        }
    }

    private static void respondMarked(HttpExchange exchange, List<String> authorization) throws IOException {
        String token = MarkedToken.wrap(authorization.stream().findFirst());
        exchange.respond(200, noStore().set("Content-Type", "application/json"),
                JSON.writeValueAsBytes(Map.of("token", token, "access_token", token, "expires_in", MARKED_TOKEN_SECONDS)));
    }

    private static HttpHeaders noStore() {
        return new DefaultHttpHeaders().set("Cache-Control", "no-store");
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&").append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
