package dev.darter.registry.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The agent's own credentials, out of a {@code config.json} as {@code docker login} writes it (podman's {@code auth.json} is of the same form),
 * with its credential helpers. The file is read again after a minute, so that a new login counts. Thread-safe.
 */
public final class DockerConfig {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final String HUB_KEY = "https://index.docker.io/v1/";
    private static final Set<String> HUB_NAMES = Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    private record Found(Optional<Credentials.Own> credentials, Instant until) {}

    private final Path file;
    private final CredentialHelper helpers;
    private final InstantSource clock;
    private final Map<String, Found> memory = new ConcurrentHashMap<>();

    /**
     * Reads nothing yet.
     *
     * @param environment whose {@code PATH} leads to credential helpers
     */
    public DockerConfig(Path file, Map<String, String> environment, InstantSource clock) {
        this.file = file;
        this.helpers = new CredentialHelper(environment);
        this.clock = clock;
    }

    /** Where Docker keeps its file: in {@code $DOCKER_CONFIG}, otherwise in {@code $HOME/.docker}. */
    public static Path defaultFile(Map<String, String> environment) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        return folder.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".docker", "config.json")
                : Path.of(folder, "config.json");
    }

    /**
     * The account for a registry; empty when there is none, or no file.
     *
     * @param registry a host with or without a port, for instance {@code ghcr.io}; Docker Hub by any of its names
     * @throws IOException when the file or a helper can't be used; the message can be shown to a user and holds no secret
     */
    public Optional<Credentials.Own> find(String registry) throws IOException, InterruptedException {
        String host = host(registry);
        Found known = memory.get(host);
        if (known != null && clock.instant().isBefore(known.until())) {
            return known.credentials();
        }
        Optional<Credentials.Own> credentials = Files.exists(file) ? search(read(), host) : Optional.empty();
        memory.put(host, new Found(credentials, clock.instant().plus(MEMORY)));
        return credentials;
    }

    private JsonNode read() throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException malformed) {
            throw new IOException(file + " is not JSON", malformed);
        }
    }

    private Optional<Credentials.Own> search(JsonNode config, String host) throws IOException, InterruptedException {
        String helper = entry(config.path("credHelpers"), host).map(JsonNode::asString).orElse(config.path("credsStore").asString(""));
        if (!helper.isEmpty()) {
            Optional<Credentials.Own> helped = helpers.get(helper, HUB_NAMES.contains(host) ? HUB_KEY : host);
            if (helped.isPresent()) {
                return helped;
            }
        }
        return entry(config.path("auths"), host).flatMap(DockerConfig::account);
    }

    /** Keys are hosts, URLs, or URLs with a path. */
    private static Optional<JsonNode> entry(JsonNode entries, String host) {
        return entries.properties().stream().filter(entry -> host(entry.getKey()).equals(host)).map(Map.Entry::getValue).findFirst();
    }

    private static Optional<Credentials.Own> account(JsonNode entry) {
        String identityToken = entry.path("identitytoken").asString("");
        if (!identityToken.isEmpty()) {
            return Optional.of(new Credentials.Own(Credentials.Own.IDENTITY_TOKEN_USER, identityToken));
        }
        String user = entry.path("username").asString("");
        if (!user.isEmpty()) {
            return Optional.of(new Credentials.Own(user, entry.path("password").asString("")));
        }
        return decode(entry.path("auth").asString(""));
    }

    private static Optional<Credentials.Own> decode(String auth) {
        try {
            String plain = new String(Base64.getMimeDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = plain.indexOf(':');
            return colon <= 0 ? Optional.empty() : Optional.of(new Credentials.Own(plain.substring(0, colon), plain.substring(colon + 1)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static String host(String key) {
        String host = key.replaceFirst("^https?://", "").replaceFirst("/.*$", "").toLowerCase(Locale.ROOT);
        return HUB_NAMES.contains(host) ? "docker.io" : host;
    }
}
