package dev.darter.agent;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.darter.agent.blob.Traffic;
import dev.darter.agent.cli.Version;
import dev.darter.agent.containerd.ContainerdContent;
import dev.darter.agent.containerd.RegistryNames;
import dev.darter.agent.trust.HostIdentity;
import dev.darter.protocol.Digest;
import dev.darter.registry.AgentCredentials;
import dev.darter.registry.OutagePolicy;
import dev.darter.registry.RegistryProxy;
import dev.darter.registry.RegistryProxyConfig;
import dev.darter.registry.upstream.EnvironmentProxies;
import dev.darter.registry.upstream.UpstreamTimeouts;
import dev.darter.registry.upstream.Upstreams;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.scheduler.SchedulerServer;
import dev.darter.service.AdminServer;
import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.HostPort;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.Readiness;
import dev.darter.service.Shutdown;
import dev.darter.service.Telemetry;
import dev.darter.service.TokenBucket;
import dev.darter.store.BorrowedBlobs;
import dev.darter.store.ChunkStore;
import dev.darter.store.StoreOptions;
import dev.darter.store.StoreUsage;

/**
 * An agent, put together from its parts: store, swarm, clients of the registries, the mirror for runtimes and the admin listener, with a scheduler
 * of its own where that is asked for.
 */
public final class AgentProcess implements RunningAgent {

    /** All bytes are read once in a few days, at a rate that no workload notices. */
    private static final Duration SCRUB_PAUSE = Duration.ofDays(2);
    private static final BitRate SCRUB_RATE = BitRate.parse("160Mbit");
    private static final ByteCount SCRUB_BURST = ByteCount.parse("4MiB");

    private final AgentOptions options;
    private final Shutdown parts = new Shutdown();
    private final Readiness readiness = new Readiness();
    private final Optional<SchedulerServer> scheduler;
    private final SwarmNode swarm;
    private final Optional<ContainerdContent> containerd;
    private final ChunkStore store;
    private final HostPort proxy;
    private final HostPort admin;

    private AgentProcess(AgentOptions options, Map<String, String> environment) throws IOException {
        this.options = options;
        try {
            HostIdentity identity = HostIdentity.load(options.data());
            store = ChunkStore.open(StoreOptions.of(options.data(), options.quota().bytes()), Clock.systemUTC());
            parts.add("store", _ -> store.close());
            Scrubber scrubber = Scrubber.start(store, SCRUB_PAUSE, TokenBucket.limited(SCRUB_RATE, SCRUB_BURST, System::nanoTime));
            parts.add("scrub", _ -> scrubber.close());
            Telemetry telemetry = Telemetry.create().withProcessMetrics();
            scheduler = startScheduler();
            swarm = SwarmNode.start(options, schedulers(), identity, store, telemetry);
            parts.add("swarm", swarm::close);
            containerd = startContainerd(telemetry);
            proxy = startProxy(environment, telemetry);
            observe(telemetry);
            admin = startAdmin(telemetry);
        } catch (IOException | RuntimeException e) {
            close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Starts an agent; returns when the mirror accepts pulls.
     *
     * @param environment variables, of which those that name HTTP proxies count
     * @throws IOException with a message for the user, when a port or the data folder can't be used
     */
    public static AgentProcess start(AgentOptions options, Map<String, String> environment) throws IOException {
        return new AgentProcess(options, environment);
    }

    private Optional<SchedulerServer> startScheduler() throws IOException {
        if (options.embeddedScheduler().isEmpty()) {
            return Optional.empty();
        }
        SchedulerOptions embedded = options.embeddedScheduler().get();
        SchedulerServer server = SchedulerServer.start(embedded.listen(), new SecureRandom());
        parts.add("scheduler", server::close);
        return Optional.of(server);
    }

    private Optional<ContainerdContent> startContainerd(Telemetry telemetry) {
        Optional<ContainerdContent> content = options.containerd()
                .map(configured -> ContainerdContent.start(configured, store.borrowed(), RegistryNames.of(options.upstreams()),
                        swarm::held));
        content.ifPresent(started -> {
            parts.add("containerd", _ -> started.close());
            telemetry.gauge("darter.containerd.connected", "1 while containerd tells what it holds, else 0", started,
                    source -> source.state().connected() ? 1 : 0);
            telemetry.gauge("darter.containerd.blobs", "Complete blobs that are served from containerd's content store", store.borrowed(),
                    BorrowedBlobs::count);
            telemetry.gauge("darter.containerd.shared.blobs", "Complete blobs whose file is containerd's as well", store.borrowed(),
                    BorrowedBlobs::shared);
        });
        return content;
    }

    private List<URI> schedulers() {
        return scheduler().map(own -> List.of(URI.create("http://" + own))).orElse(options.schedulers());
    }

    private HostPort startProxy(Map<String, String> environment, Telemetry telemetry) throws IOException {
        Upstreams upstreams = Upstreams.open(options.upstreams(), UpstreamTimeouts.DEFAULT, EnvironmentProxies.of(environment),
                Clock.systemUTC());
        parts.add("registry clients", _ -> upstreams.close());
        RegistryProxyConfig config = RegistryProxyConfig.defaults(options.data())
                .withTagTtl(options.tagTtl())
                .withOnUpstreamOutage(options.onUpstreamOutage())
                .withLazy(options.lazy());
        ClusterTags tags = new ClusterTags(options.onUpstreamOutage(), swarm::others);
        RegistryProxy mirror = new RegistryProxy(config, upstreams, swarm.blobs(), tags, AgentCredentials.NONE, telemetry,
                Clock.systemUTC());
        if (options.onUpstreamOutage() == OutagePolicy.SERVE_ALL) {
            swarm.answerTags(mirror.tags());
        }
        HttpServer server = HttpServer.start("proxy", options.proxy(), mirror,
                HttpServerOptions.defaults().withErrors(RegistryProxy.errors()));
        parts.add("mirror", server::close);
        return options.proxy().withPort(server.port());
    }

    private void observe(Telemetry telemetry) {
        scheduler.ifPresent(own -> own.observe(telemetry));
        telemetry.storeBytes(store, content -> content.usage().bytes());
        telemetry.storeBlobs(store, content -> content.usage().blobs());
        telemetry.downloadsActive(swarm, node -> node.blobs().active());
        telemetry.gauge("darter.scheduler.connected", "1 while there is a link with a scheduler, else 0", swarm,
                node -> node.scheduler().isPresent() ? 1 : 0);
        telemetry.gauge("darter.members", "Hosts of the cluster that this agent knows, itself included", swarm, SwarmNode::members);
    }

    private HostPort startAdmin(Telemetry telemetry) throws IOException {
        readiness.require("swarm", swarm::problem);
        scheduler.ifPresent(own -> readiness.require("scheduler", own::problem));
        AdminServer server = AdminServer.start(options.admin(), telemetry, readiness, StatusPage.routes(this::status, this::bytesOf));
        parts.add("admin listener", _ -> server.close(Duration.ZERO));
        return options.admin().withPort(server.port());
    }

    private TransferLog.TransferBytes bytesOf(Digest digest) {
        Optional<Traffic.Reading> counted = swarm.traffic().read(digest);
        return counted.map(bytes -> new TransferLog.TransferBytes(bytes.localBytes(), bytes.peerBytes(), bytes.originBytes()))
                .orElse(TransferLog.TransferBytes.NONE);
    }

    private AgentStatus status() {
        Optional<URI> linked = swarm.scheduler();
        StoreUsage usage = store.usage();
        List<AgentStatus.Download> downloads = swarm.blobs()
                .progress()
                .stream()
                .map(download -> new AgentStatus.Download(download.blob().digest().toString(), download.servableBytes(),
                        Math.max(0, download.size())))
                .toList();
        return new AgentStatus(Version.text(), proxy.toString(), swarm.address().toString(), readiness.problems().isEmpty(),
                schedulers().stream()
                        .map(url -> new AgentStatus.SchedulerLink(url.toString(), linked.filter(url::equals).isPresent()))
                        .toList(),
                options.upstreams()
                        .stream()
                        .flatMap(upstream -> upstream.names().stream().map(name -> name + "=" + upstream.identity()))
                        .toList(),
                swarm.peers().size(), new AgentStatus.StoreState(usage.bytes(), usage.quotaBytes(), usage.blobs()), downloads,
                containerd.map(ContainerdContent::state));
    }

    @Override
    public HostPort proxy() {
        return proxy;
    }

    @Override
    public HostPort peer() {
        return swarm.address();
    }

    @Override
    public HostPort admin() {
        return admin;
    }

    @Override
    public Optional<HostPort> scheduler() {
        return scheduler.map(SchedulerServer::listen);
    }

    @Override
    public void close(Duration drain) {
        try {
            parts.run(drain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
