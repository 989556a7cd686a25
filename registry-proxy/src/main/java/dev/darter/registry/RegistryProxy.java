package dev.darter.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.registry.upstream.Credentials;
import dev.darter.registry.upstream.Upstreams;
import dev.darter.service.ErrorRenderer;
import dev.darter.service.HttpExchange;
import dev.darter.service.HttpHandler;
import dev.darter.service.Telemetry;

/**
 * The face to container runtimes: an ordinary registry mirror. Finds out which registry a request means and what it asks for; everything else
 * is done by the endpoints.
 */
public final class RegistryProxy implements HttpHandler {
    /** Part of the message for a registry that is not on the list: the status is 404, as for an image that is not there. */
    public static final String NOT_ALLOWED = "is not allowed here";

    private static final Logger LOG = LoggerFactory.getLogger(RegistryProxy.class);
    private static final String API = "/v2/";
    /** How long a runtime may wait while an upstream wants to be left alone. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration OUTAGE_MEMORY = Duration.ofSeconds(3);

    private final AddressBook addresses;
    private final Callers callers = new Callers(new SecureRandom());
    private final AgentCredentials agentCredentials;
    private final BaseEndpoint base;
    private final ManifestEndpoint manifests;
    private final BlobEndpoint blobs;
    private final ReferrersEndpoint referrers;
    private final PassThrough passThrough;
    private final TokenEndpoint tokens;
    private final Tunnels tunnels;
    private final TagMemory tags;
    private final Telemetry telemetry;

    /**
     * @param upstreams the allow-list; stays the caller's to close
     * @param clusterTags what other hosts remember of tags
     * @param agentCredentials the agent's own, for callers without any; {@link AgentCredentials#NONE} where nobody is trusted with them
     */
    public RegistryProxy(RegistryProxyConfig config, Upstreams upstreams, BlobSource source, TagMemory clusterTags,
            AgentCredentials agentCredentials, Telemetry telemetry, InstantSource clock) {
        this.addresses = new AddressBook(upstreams);
        this.agentCredentials = agentCredentials;
        this.telemetry = telemetry;
        telemetry.expectProxy(Arrays.stream(OriginException.Kind.values()).map(RegistryProxy::word).toList());
        upstreams.onFailure(kind -> telemetry.originError(word(kind)));
        PatientClient client = new PatientClient(PATIENCE);
        Proofs proofs = new Proofs(clock, config.proofTtl(), config.proofGrace());
        FactBook facts = new FactBook();
        OutageMemory outages = new OutageMemory(clock, OUTAGE_MEMORY);
        this.tags = new TagLog(config.data().resolve("tags"));
        TagMemory memory = new LayeredTagMemory(tags, clusterTags);
        Access access = new Access(source, new Admission(client, proofs, facts, outages), proofs, facts, config.onUpstreamOutage(),
                config.checkTimeout());
        this.passThrough = new PassThrough(client);
        this.base = new BaseEndpoint(upstreams, client, config, clock);
        this.manifests = new ManifestEndpoint(access, new TagResolver(client, proofs, facts, outages, memory, config, clock),
                new ManifestReader(access, source, proofs, telemetry.proxySentBytes()::increment), passThrough);
        this.referrers = new ReferrersEndpoint(passThrough, access, outages);
        this.blobs = new BlobEndpoint(access, new BlobSender(telemetry.proxySentBytes()::increment), config.lazy());
        this.tokens = new TokenEndpoint(addresses, config.onUpstreamOutage());
        this.tunnels = new Tunnels(addresses);
    }

    private static String word(OriginException.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** For the HTTP server's own errors: a header too long, a malformed request. */
    public static ErrorRenderer errors() {
        return (status, message) -> new ErrorRenderer.ErrorBody("application/json",
                new String(ErrorBody.ofStatus(status, message), StandardCharsets.UTF_8));
    }

    /** What this host itself remembers of tags, for other hosts that ask while their upstream is down. */
    public TagMemory tags() {
        return tags;
    }

    @Override
    public void handle(HttpExchange plain) throws Exception {
        HttpExchange exchange = new MeteredExchange(plain, telemetry);
        try {
            route(exchange);
        } catch (RefusedException refused) {
            respond(exchange, refused);
        } catch (IOException failure) {
            if (exchange.isAnswered() || !exchange.isOpen()) {
                throw failure; // the server cuts the connection, so that the client sees the break
            }
            LOG.warn("{} {} failed: {}", exchange.method(), exchange.path(), failure.toString());
            respond(exchange, new RefusedException(ErrorCode.UNAVAILABLE, "the content could not be had"));
        }
    }

    private void route(HttpExchange exchange) throws RefusedException, IOException, InterruptedException {
        if (exchange.method().equals("CONNECT")) {
            tunnels.open(exchange);
        } else if (!exchange.target().startsWith("/")) {
            forwardProxy(exchange);
        } else if (exchange.path().equals(ChallengeRewriter.TOKEN_PATH)) {
            tokens.handle(exchange);
        } else if (exchange.path().startsWith(API) || exchange.path().equals("/v2")) {
            refuseWrites(exchange);

            String path = exchange.path().equals("/v2") ? "" : exchange.path().substring(API.length());
            registry(pull(exchange, addresses.find(path, namespace(exchange))));
        } else {
            throw new RefusedException(ErrorCode.NAME_UNKNOWN, "a registry's API is below /v2/");
        }
    }

    /** The registry that a client names beside the path; the parameter counts for more, as it is a client's and no configuration's. */
    private Optional<String> namespace(HttpExchange exchange) throws RefusedException {
        Optional<String> parameter = Query.only(exchange, "ns");
        return parameter.isPresent() ? parameter : LazyHeaders.registry(exchange.headers()).map(addresses::nameAt);
    }

    private void forwardProxy(HttpExchange exchange) throws RefusedException, IOException, InterruptedException {
        refuseWrites(exchange);
        Address address;
        try {
            URI target = new URI(exchange.target());
            if (target.getHost() == null || target.getRawPath() == null || target.getRawUserInfo() != null) {
                throw new RefusedException(ErrorCode.NAME_INVALID, "the address asked for is malformed");
            }
            address = addresses.find(target);
        } catch (URISyntaxException malformed) {
            throw new RefusedException(ErrorCode.NAME_INVALID, "the address asked for is malformed");
        }
        if (address.path().startsWith("v2/")) {
            registry(pull(exchange, new Address(address.upstream(), address.style(), "", address.path().substring("v2/".length()))));
        } else {
            passThrough.forward(pull(exchange, address), "/" + address.path());
        }
    }

    private void registry(Pull pull) throws RefusedException, IOException, InterruptedException {
        switch (Route.parse(pull.address().path())) {
            case Route.Base() -> base.handle(pull);
            case Route.Manifest manifest -> manifests.handle(pull, manifest);
            case Route.Blob blob -> blobs.handle(pull, blob);
            case Route.Referrers list -> referrers.handle(pull, list);
            case Route.Catalog _,Route.Tags _ -> passThrough.forward(pull);
        }
    }

    private Pull pull(HttpExchange exchange, Address address) {
        List<String> authorization = exchange.headers().getAll("Authorization");
        Optional<Credentials.Own> own = authorization.isEmpty()
                ? agentCredentials.forCaller(address.upstream().identity(), exchange.remote())
                : Optional.empty();
        return new Pull(exchange, address, own.map(callers::of).orElseGet(() -> callers.of(authorization)));
    }

    private static void refuseWrites(HttpExchange exchange) throws RefusedException {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            HttpHeaders headers = new DefaultHttpHeaders().set("Allow", "GET, HEAD");
            throw new RefusedException(405, ErrorCode.UNSUPPORTED, "this mirror is for pulling; push to the registry itself", headers);
        }
    }

    private static void respond(HttpExchange exchange, RefusedException refused) throws IOException {
        HttpHeaders headers = refused.headers()
                .set("Content-Type", "application/json")
                .set("Docker-Distribution-API-Version",
                        "registry/2.0");
        if (!headers.contains(LazyHeaders.ERROR_TYPE)) {
            headers.set(LazyHeaders.ERROR_TYPE, "proxy");
        }
        exchange.respond(refused.status(), headers, ErrorBody.of(refused.code(), refused.getMessage()));
    }
}
