package dev.darter.registry.upstream;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Meets challenges for the agent's own credentials. The challenge that a repository gave is remembered, so that only its first request is
 * refused. Thread-safe.
 */
final class OwnAuthorization {

    /** Sends a request, with this {@code Authorization} where there is one. */
    interface Sender {
        UpstreamAnswer send(Optional<String> authorization) throws IOException, InterruptedException;
    }

    private record Key(String repository, Credentials credentials) {}

    private static final Pattern REPOSITORY = Pattern.compile("/v2/(.+)/(?:manifests|blobs|tags|referrers)/.*");

    private final TokenClient tokens;
    private final Cache<Key, Challenge> challenges = Caffeine.newBuilder().maximumSize(1_000).build();

    OwnAuthorization(TokenClient tokens) {
        this.tokens = tokens;
    }

    UpstreamAnswer send(UpstreamRequest request, Sender sender) throws IOException, InterruptedException {
        Key key = new Key(repository(request.path()), request.credentials());
        Optional<Challenge> remembered = Optional.ofNullable(challenges.getIfPresent(key));
        Optional<String> authorization = remembered.isPresent() ? meet(remembered.get(), key.credentials()) : Optional.empty();
        UpstreamAnswer answer = sender.send(authorization);
        if (answer.status() != 401) {
            return answer;
        }
        Optional<Challenge> challenge = choose(Challenge.parse(answer.headers().allValues("WWW-Authenticate")), key.credentials());
        if (challenge.isEmpty()) {
            return answer;
        }
        answer.discard();
        if (challenge.get() instanceof Challenge.Bearer bearer) {
            tokens.forget(bearer, key.credentials());
        }
        challenges.put(key, challenge.get());
        return sender.send(meet(challenge.get(), key.credentials()));
    }

    private Optional<String> meet(Challenge challenge, Credentials credentials) throws IOException, InterruptedException {
        return switch (challenge) {
            case Challenge.Bearer bearer -> Optional.of("Bearer " + tokens.token(bearer, credentials));
            case Challenge.Basic() -> credentials instanceof Credentials.Own own ? Optional.of(TokenClient.basic(own)) : Optional.empty();
        };
    }

    /** A token before a password: it says less to whoever reads it. */
    private static Optional<Challenge> choose(List<Challenge> offered, Credentials credentials) {
        Optional<Challenge> bearer = offered.stream().filter(Challenge.Bearer.class::isInstance).findFirst();
        return bearer.or(() -> credentials instanceof Credentials.Own
                ? offered.stream().filter(Challenge.Basic.class::isInstance).findFirst()
                : Optional.empty());
    }

    private static String repository(String path) {
        Matcher matcher = REPOSITORY.matcher(path);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
