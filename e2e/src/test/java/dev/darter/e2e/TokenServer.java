package dev.darter.e2e;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The token service of a private registry: gives a bearer token for one repository to the one user it knows, and is
 * the guard in front of the registry that asks for such tokens.
 */
final class TokenServer implements AutoCloseable, CountingProxy.Guard {
    static final String USER = "wing";
    static final String PASSWORD = "four-of-them";

    private final HttpListener listener = new HttpListener(Ports.free(), this::issue);
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger issued = new AtomicInteger();

    /** How many tokens it has given. */
    int issued() {
        return issued.get();
    }

    /** Makes all tokens given so far worthless. */
    void revokeAll() {
        tokens.clear();
    }

    @Override
    public boolean admits(HttpRequest request, HttpReply reply) throws IOException {
        String repository = repositoryOf(request.pathWithoutQuery());
        boolean admitted = request.header("authorization")
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()))
                .filter(token -> tokens.contains(token) && (repository.isEmpty() || token.endsWith("@" + repository)))
                .isPresent();
        if (!admitted) {
            String scope = repository.isEmpty() ? "" : ",scope=\"repository:" + repository + ":pull\"";
            reply.send(401, Map.of("Www-Authenticate", "Bearer realm=\"" + listener.url() + "/token\",service=\"e2e\"" + scope,
                    "Content-Type", "application/json"), RegistryErrors.body("UNAUTHORIZED"));
        }
        return admitted;
    }

    private void issue(HttpRequest request, HttpReply reply) throws IOException {
        String expected = "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        if (!request.header("authorization").equals(Optional.of(expected))) {
            reply.send(401, Map.of("Content-Type", "application/json"), RegistryErrors.body("UNAUTHORIZED"));
            return;
        }
        String token = "token-" + issued.incrementAndGet() + "@" + repositoryOf(scope(request));
        tokens.add(token);
        reply.send(200, Map.of("Content-Type", "application/json"),
                ("{\"token\":\"" + token + "\",\"expires_in\":300}").getBytes(StandardCharsets.UTF_8));
    }

    private static String scope(HttpRequest request) {
        Map<String, String> query = Arrays.stream(request.path()
                .substring(request.pathWithoutQuery().length())
                .replaceFirst("^\\?", "")
                .split("&"))
                .filter(parameter -> parameter.contains("="))
                .collect(Collectors.toMap(parameter -> parameter.substring(0, parameter.indexOf('=')),
                        parameter -> URLDecoder.decode(parameter.substring(parameter.indexOf('=') + 1), StandardCharsets.UTF_8),
                        (first, _) -> first));
        return query.getOrDefault("scope", "");
    }

    /** Of {@code repository:NAME:pull} or of {@code /v2/NAME/manifests/latest}. */
    private static String repositoryOf(String scopeOrPath) {
        return scopeOrPath.replaceFirst("^repository:", "")
                .replaceFirst(":[a-z,]*$", "")
                .replaceFirst("^/v2/", "")
                .replaceFirst("/?(manifests|blobs|tags|referrers)/.*$", "");
    }

    @Override
    public void close() {
        listener.close();
    }
}
