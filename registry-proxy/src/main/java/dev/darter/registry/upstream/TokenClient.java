package dev.darter.registry.upstream;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * Gets bearer tokens from where a registry's challenge points, for the agent's own accounts and for anonymous use, and passes a caller's own
 * request for a token on. Tokens live in memory only, each for as long as its registry says. Thread-safe.
 */
public final class TokenClient {

    private static final int LONGEST_ANSWER = 1024 * 1024;
    /** The token specification's default. */
    private static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Key(Challenge.Bearer challenge, Credentials credentials) {}

    private record Token(String value, Instant expires) {}

    private final URI registry;
    private final HttpTransport transport;
    private final Redirector redirector;
    private final InstantSource clock;
    private final Cache<Key, Token> tokens = Caffeine.newBuilder().maximumSize(10_000).build();

    TokenClient(URI registry, HttpTransport transport, InstantSource clock) {
        this.registry = registry;
        this.transport = transport;
        this.redirector = new Redirector(transport);
        this.clock = clock;
    }

    /**
     * A token that meets the challenge, remembered or new.
     *
     * @throws OriginException of kind UNAUTHORIZED or FORBIDDEN when the account is refused, otherwise as the answer means
     */
    public String token(Challenge.Bearer challenge, Credentials credentials) throws IOException, InterruptedException {
        Key key = new Key(challenge, credentials);
        Token known = tokens.getIfPresent(key);
        if (known != null && clock.instant().isBefore(known.expires())) {
            return known.value();
        }
        Token fetched = fetch(challenge, credentials);
        tokens.put(key, fetched);
        return fetched.value();
    }

    /** Forgets a token that was refused before its time. */
    void forget(Challenge.Bearer challenge, Credentials credentials) {
        tokens.invalidate(new Key(challenge, credentials));
    }

    /**
     * Passes a caller's own request for a token on to where this registry's tokens are had, and its answer back.
     *
     * @param realm from a challenge of this registry, never from the caller
     * @param query the caller's, its scope already rewritten to the registry's names
     * @param caller whose {@code Authorization}, if any, goes along
     */
    public UpstreamAnswer relay(URI realm, String query, Credentials.Caller caller) throws IOException, InterruptedException {
        refuseInsecure(realm, !caller.authorization().isEmpty());
        List<Header> headers = caller.authorization().stream().map(value -> new Header("Authorization", value)).toList();
        return redirector.follow("GET", withQuery(realm, query), headers);
    }

    private Token fetch(Challenge.Bearer challenge, Credentials credentials) throws IOException, InterruptedException {
        refuseInsecure(challenge.realm(), credentials instanceof Credentials.Own);
        Instant asked = clock.instant();
        UpstreamAnswer answer = credentials instanceof Credentials.Own own && own.isIdentityToken()
                ? refresh(challenge, own)
                : ask(challenge, credentials);
        if (answer.status() != 200) {
            answer.discard();
            throw Refusal.of(answer, "the token service " + challenge.realm().getAuthority(), asked);
        }
        return read(answer.readAll(LONGEST_ANSWER), asked, challenge);
    }

    private UpstreamAnswer ask(Challenge.Bearer challenge, Credentials credentials) throws IOException, InterruptedException {
        Map<String, String> query = parameters(challenge);
        List<Header> headers = new ArrayList<>();
        if (credentials instanceof Credentials.Own own) {
            query.put("account", own.user());
            headers.add(new Header("Authorization", basic(own)));
        }
        return redirector.follow("GET", withQuery(challenge.realm(), encoded(query)), headers);
    }

    private UpstreamAnswer refresh(Challenge.Bearer challenge, Credentials.Own own) throws IOException, InterruptedException {
        Map<String, String> form = parameters(challenge);
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", own.secret());
        form.put("client_id", "darter");
        return transport
                .exchange(new HttpTransport.Outgoing("POST", challenge.realm(), List.of(), Optional.of(encoded(form))));
    }

    private static Map<String, String> parameters(Challenge.Bearer challenge) {
        Map<String, String> parameters = new LinkedHashMap<>();
        challenge.service().ifPresent(service -> parameters.put("service", service));
        challenge.scope().ifPresent(scope -> parameters.put("scope", scope));
        return parameters;
    }

    private static Token read(byte[] body, Instant asked, Challenge.Bearer challenge) throws OriginException {
        try {
            JsonNode json = JSON.readTree(body);
            String value = json.path("token").asString("");
            if (value.isEmpty()) {
                value = json.path("access_token").asString("");
            }
            if (!value.isEmpty()) {
                Duration life = Duration.ofSeconds(json.path("expires_in").asLong(DEFAULT_LIFE.toSeconds()));
                // A tenth is kept for clocks and for the way of the request.
                return new Token(value, asked.plus(life.multipliedBy(9).dividedBy(10)));
            }
        } catch (JacksonException notJson) {
            throw HttpTransport.unavailable("the token service " + challenge.realm().getAuthority() + " did not answer with JSON", notJson);
        }
        throw new OriginException(Kind.UNAVAILABLE, "the token service " + challenge.realm().getAuthority() + " gave no token",
                Optional.empty());
    }

    /** In plain text a secret goes at most to a registry that is itself spoken to in plain text. */
    private void refuseInsecure(URI realm, boolean secret) throws OriginException {
        boolean asInsecureAsTheRegistry = "http".equals(registry.getScheme()) && realm.getHost().equalsIgnoreCase(registry.getHost());
        if (secret && !"https".equalsIgnoreCase(realm.getScheme()) && !asInsecureAsTheRegistry) {
            throw new OriginException(Kind.UNAVAILABLE,
                    registry.getAuthority() + " wants credentials sent to " + realm.getHost() + " over plain http, which is refused",
                    Optional.empty());
        }
    }

    static String basic(Credentials.Own own) {
        return "Basic " + Base64.getEncoder().encodeToString((own.user() + ":" + own.secret()).getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet()
                .stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static URI withQuery(URI realm, String query) throws OriginException {
        try {
            String base = realm.toString();
            return URI.create(query.isEmpty() ? base : base + (realm.getRawQuery() == null ? "?" : "&") + query);
        } catch (IllegalArgumentException malformed) {
            throw HttpTransport.unavailable("the request for a token can't be made", malformed);
        }
    }
}
