package dev.darter.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.registry.Address.Style;
import dev.darter.registry.upstream.Credentials;
import dev.darter.registry.upstream.Upstream;
import dev.darter.registry.upstream.UpstreamAnswer;
import dev.darter.registry.upstream.UpstreamRequest;
import dev.darter.registry.upstream.Upstreams;

/**
 * {@code /v2/}: is this a registry, and which credentials does it want?
 *
 * <p>containerd never asks. Docker's classic store and podman ask once, without saying for which registry, and use the answer for all that
 * follows: where it is 200, they never send credentials, and a registry that wants even anonymous callers to have a token (Docker Hub, GHCR)
 * is out of reach. So when any upstream wants credentials, they are sent to the agent's own token endpoint, which knows by the repository
 * whom to ask. Who names his registry gets that registry's own answer.
 */
final class BaseEndpoint {

    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);
    private static final Duration KNOWLEDGE_LIFE = Duration.ofMinutes(10);
    private static final Duration IGNORANCE_LIFE = Duration.ofSeconds(10);

    private record Wish(boolean credentials, Instant until) {}

    private final Upstreams upstreams;
    private final PatientClient client;
    private final RegistryProxyConfig config;
    private final InstantSource clock;
    private final Coalescer<String, Verdict> questions = new Coalescer<>();
    private final ConcurrentHashMap<String, Wish> wishes = new ConcurrentHashMap<>();

    BaseEndpoint(Upstreams upstreams, PatientClient client, RegistryProxyConfig config, InstantSource clock) {
        this.upstreams = upstreams;
        this.client = client;
        this.config = config;
        this.clock = clock;
    }

    void handle(Pull pull) throws RefusedException, IOException, InterruptedException {
        if (pull.address().style() == Style.DEFAULT) {
            welcome(pull);
        } else {
            ask(pull);
        }
    }

    private void welcome(Pull pull) throws RefusedException, IOException, InterruptedException {
        Optional<String> challenge = ChallengeRewriter.ownRealm(pull.exchange().headers());
        boolean anonymous = pull.exchange().headers().get("Authorization") == null;
        if (anonymous && challenge.isPresent() && anyUpstreamWantsCredentials()) {
            HttpHeaders headers = pull.answerHeaders().set("WWW-Authenticate", challenge.get());
            throw new RefusedException(401, ErrorCode.UNAUTHORIZED, "some registry behind this mirror wants authentication", headers);
        }
        ok(pull);
    }

    private void ask(Pull pull) throws RefusedException, IOException, InterruptedException {
        UpstreamRequest request = UpstreamRequest.get("/v2/", List.of(), pull.caller().credentials());
        try (UpstreamAnswer answer = client.send(pull.upstream(), request)) {
            switch (Verdicts.of(answer)) {
                case Verdict.Admitted _ -> ok(pull);
                case Verdict.Refused refused -> throw Verdicts.refusal(pull, ErrorCode.NAME_UNKNOWN, refused);
                case Verdict.Outage outage -> duringOutage(pull, outage);
            }
        } catch (OriginException failure) {
            duringOutage(pull, Verdicts.of(failure));
        }
    }

    private void duringOutage(Pull pull, Verdict.Outage outage) throws RefusedException, IOException {
        if (config.onUpstreamOutage() == OutagePolicy.REFUSE) {
            throw Verdicts.unavailable(pull, outage);
        }
        ok(pull);
    }

    private static void ok(Pull pull) throws IOException {
        pull.exchange().respond(200, pull.answerHeaders().set("Content-Type", "application/json"), EMPTY_OBJECT);
    }

    private boolean anyUpstreamWantsCredentials() throws InterruptedException {
        List<CompletableFuture<Verdict>> asked = upstreams.all().stream().filter(this::isUnknown).map(this::learn).toList();
        for (CompletableFuture<Verdict> verdict : asked) {
            Verdicts.await(verdict, config.checkTimeout());
        }
        return upstreams.all()
                .stream()
                .map(upstream -> wishes.get(upstream.identity()))
                .anyMatch(wish -> wish != null && wish.credentials());
    }

    private boolean isUnknown(Upstream upstream) {
        Wish wish = wishes.get(upstream.identity());
        return wish == null || !clock.instant().isBefore(wish.until());
    }

    private CompletableFuture<Verdict> learn(Upstream upstream) {
        return questions.ask(upstream.identity(), () -> {
            Verdict verdict = verdict(upstream);
            Instant now = clock.instant();
            wishes.merge(upstream.identity(), switch (verdict) {
                case Verdict.Admitted _ -> new Wish(false, now.plus(KNOWLEDGE_LIFE));
                case Verdict.Refused refused -> new Wish(refused.status() == 401, now.plus(KNOWLEDGE_LIFE));
                case Verdict.Outage _ -> new Wish(false, now.plus(IGNORANCE_LIFE));
            }, (before, after) -> verdict instanceof Verdict.Outage ? new Wish(before.credentials(), after.until()) : after);
            return verdict;
        });
    }

    private Verdict verdict(Upstream upstream) throws IOException, InterruptedException {
        UpstreamRequest request = UpstreamRequest.get("/v2/", List.of(), Credentials.none());
        try (UpstreamAnswer answer = client.send(upstream, request)) {
            return Verdicts.of(answer);
        } catch (OriginException failure) {
            return Verdicts.of(failure);
        }
    }
}
