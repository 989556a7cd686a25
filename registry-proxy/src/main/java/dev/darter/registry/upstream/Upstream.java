package dev.darter.registry.upstream;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.darter.registry.OriginException;

/** One registry that may be asked, with its connections, tokens and wishes to be left alone. Blocking and thread-safe. */
public final class Upstream implements AutoCloseable {

    /** Headers that belong to a connection, to credentials, or to this client, and are never passed on from a caller. */
    private static final Set<String> NOT_PASSED_ON = Set.of("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
            "proxy-authorization", "proxy-authenticate", "proxy-connection", "host", "content-length", "expect", "authorization", "cookie",
            "accept-encoding");

    private final UpstreamConfig config;
    private final InstantSource clock;
    private final HttpTransport transport;
    private final Redirector redirector;
    private final TokenClient tokens;
    private final OwnAuthorization own;
    private final Throttle throttle;
    private final UpstreamTimeouts timeouts;
    private volatile Consumer<OriginException.Kind> failureCounter = _ -> {};
    private final AtomicReference<Optional<Challenge.Bearer>> lastChallenge = new AtomicReference<>(Optional.empty());

    /** @throws IOException when the file with certificate authorities can't be used */
    public Upstream(UpstreamConfig config, UpstreamTimeouts timeouts, EnvironmentProxies proxies, InstantSource clock) throws IOException {
        this.config = config;
        this.timeouts = timeouts;
        this.clock = clock;
        this.transport = new HttpTransport(TrustedCertificates.context(config.caFile()), proxies, timeouts);
        this.redirector = new Redirector(transport);
        this.tokens = new TokenClient(config.base(), transport, clock);
        this.own = new OwnAuthorization(tokens);
        this.throttle = new Throttle(clock);
    }

    /** What it was made from. */
    public UpstreamConfig config() {
        return config;
    }

    /** The base URL, by which every host of a cluster knows this registry. */
    public String identity() {
        return config.identity();
    }

    /**
     * Sends a request and returns the final answer, whatever its status; the caller closes it. An answer of 401 is the registry's own, not that
     * of a host to which it redirected.
     *
     * @throws OriginException of kind UNAVAILABLE when there is no answer to be had; of kind THROTTLED, without asking, while the registry wants
     *             to be left alone; as the token service's answer means where the agent's own credentials need a token
     */
    public UpstreamAnswer send(UpstreamRequest request) throws IOException, InterruptedException {
        throttle.check(identity());
        try {
            UpstreamAnswer answer = switch (request.credentials()) {
                case Credentials.Caller(List<String> authorization) -> sendOnce(request, authorization);
                case Credentials.Anonymous _,Credentials.Own _ -> own.send(request,
                        authorization -> sendOnce(request, authorization.stream().toList()));
            };
            throttle.observe(answer);
            if (answer.status() >= 400) {
                count(Refusal.of(answer, identity(), clock.instant()));
            }
            return answer;
        } catch (OriginException failure) {
            count(failure);
            throw failure;
        }
    }

    /** Tells from now on what each refusal and failure of the registry was. Called on any thread. */
    void onFailure(Consumer<OriginException.Kind> counter) {
        failureCounter = counter;
    }

    void count(OriginException failure) {
        failureCounter.accept(failure.kind());
    }

    private UpstreamAnswer sendOnce(UpstreamRequest request, List<String> authorization) throws IOException, InterruptedException {
        List<Header> headers = new ArrayList<>(
                request.headers().stream().filter(header -> !NOT_PASSED_ON.contains(header.name().toLowerCase(Locale.ROOT))).toList());
        authorization.forEach(value -> headers.add(new Header("Authorization", value)));
        // A blob's digest is that of its bytes as they are stored: no coding on the way.
        headers.add(new Header("Accept-Encoding", "identity"));
        if (headers.stream().noneMatch(header -> header.is("User-Agent"))) {
            headers.add(new Header("User-Agent", "darter"));
        }
        URI uri = uri(request);
        UpstreamAnswer answer = switch (request.redirects()) {
            case FOLLOW -> redirector.follow(request.method().name(), uri, headers);
            case RETURN -> transport.exchange(new HttpTransport.Outgoing(request.method().name(), uri, headers, Optional.empty()));
        };
        if (answer.status() == 401) {
            if (!Redirector.sameOrigin(uri, answer.uri())) {
                // The host that the registry redirected to, most likely storage. Where passwords are sent is not for it to say.
                answer.discard();
                throw new OriginException(OriginException.Kind.UNAVAILABLE,
                        answer.uri().getAuthority() + ", to which " + identity() + " redirected, answered 401", Optional.empty());
            }
            remember(Challenge.parse(answer.headers().allValues("WWW-Authenticate")));
        }
        return answer;
    }

    private void remember(List<Challenge> challenges) {
        for (Challenge challenge : challenges) {
            if (challenge instanceof Challenge.Bearer bearer) {
                lastChallenge.set(Optional.of(bearer));
                return;
            }
        }
    }

    private URI uri(UpstreamRequest request) throws OriginException {
        try {
            return new URI(identity() + request.path() + request.query().map(query -> "?" + query).orElse(""));
        } catch (URISyntaxException malformed) {
            throw HttpTransport.unavailable("the address asked for can't be sent to " + identity(), malformed);
        }
    }

    /** Where this registry's tokens are had: as its last challenge said, or as {@code GET /v2/} says; empty when it wants no tokens. */
    public Optional<Challenge.Bearer> tokenService() throws IOException, InterruptedException {
        if (lastChallenge.get().isEmpty()) {
            send(UpstreamRequest.get("/v2/", List.of(), Credentials.none())).discard();
        }
        return lastChallenge.get();
    }

    /** Gets tokens for this registry. */
    public TokenClient tokens() {
        return tokens;
    }

    /** Until when the registry wants to be left alone; empty when it may be asked. */
    public Optional<Instant> throttledUntil() {
        return throttle.until();
    }

    /** Takes over what another host was told. Never shortens a pause. */
    public void throttleUntil(Instant instant) {
        throttle.extend(instant);
    }

    UpstreamTimeouts timeouts() {
        return timeouts;
    }

    Instant now() {
        return clock.instant();
    }

    /** Cuts what is under way. */
    @Override
    public void close() {
        transport.close();
    }
}
