package dev.darter.agent.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

import dev.darter.agent.AgentOptions;
import dev.darter.agent.containerd.ContainerdOptions;
import dev.darter.agent.containerd.StoreMode;
import dev.darter.registry.LazyMode;
import dev.darter.registry.OutagePolicy;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.HostPort;

/** The options that {@code up} and {@code agent} share. */
final class AgentSettings {
    /** More are seldom faster, and no registry likes them. */
    private static final int MOST_ORIGIN_CONNECTIONS = 8;

    @Option(names = "--data", paramLabel = "DIR", showDefaultValue = Visibility.NEVER, description = {
            "Folder of the content store. Without it: /var/lib/darter for root, ~/.local/share/darter for others."})
    Path data = DataFolder.standard();

    @Option(names = "--proxy", paramLabel = "HOST:PORT", description = "Where container runtimes find the registry mirror.")
    HostPort proxy = StandardAddress.PROXY;

    @Option(names = "--peer", paramLabel = "HOST:PORT", description = "Where other agents connect to.")
    HostPort peer = new HostPort("127.0.0.1", 65002);

    @Option(names = "--advertise", paramLabel = "HOST:PORT", showDefaultValue = Visibility.NEVER, description = {
            "The address that other agents are told, where it is not that of --peer."})
    Optional<HostPort> advertise = Optional.empty();

    @Option(names = "--admin", paramLabel = "HOST:PORT", description = "Where /healthz, /readyz, /metrics and /status are served.")
    HostPort admin = StandardAddress.ADMIN;

    @Option(names = "--upstream", paramLabel = "NAME[=URL]", split = ",", showDefaultValue = Visibility.NEVER, description = {
            "A registry that may be asked; give it several times for several. NAME is what clients send as ns or as path prefix. "
                    + "The first is the default for requests that name none. Without any: docker.io alone."})
    List<String> upstreams = new ArrayList<>();

    @Option(names = "--zone", paramLabel = "NAME", description = "Where this host stands; agents of one zone are near each other.")
    String zone = "default";

    @Option(names = "--quota", paramLabel = "BYTES", description = "Disk that the content store may use, for instance 200GiB.")
    ByteCount quota = new ByteCount(20L << 30);

    @Option(names = "--upload-rate", paramLabel = "RATE", showDefaultValue = Visibility.NEVER, description = {
            "Limit for bytes to other agents, for instance 400Mbit. Without it: no limit."})
    Optional<BitRate> uploadRate = Optional.empty();

    @Option(names = "--download-rate", paramLabel = "RATE", showDefaultValue = Visibility.NEVER, description = {
            "Limit for bytes from registries and other agents. Without it: no limit."})
    Optional<BitRate> downloadRate = Optional.empty();

    @Option(names = "--origin-connections", paramLabel = "N", description = {
            "Connections that may read one large blob from its registry at once, where one alone is slow; 1 to 8."})
    int originConnections = 1;

    @Option(names = "--tag-ttl", paramLabel = "DURATION", defaultValue = "30s", description = {
            "For how long a tag's meaning is remembered before the registry is asked again."})
    Duration tagTtl = Duration.ofSeconds(30);

    @Option(names = "--drain", paramLabel = "DURATION", defaultValue = "30s", description = {
            "For how long running transfers may go on when the process is asked to end."})
    Duration drain = Duration.ofSeconds(30);

    @Option(names = "--on-upstream-outage", paramLabel = "POLICY", defaultValue = "serve-proven", description = {
            "What callers get while their registry is down: "
                    + "serve-proven (what it allowed them lately), serve-all, or refuse."})
    OutagePolicy onUpstreamOutage = OutagePolicy.SERVE_PROVEN;

    @Option(names = "--lazy", paramLabel = "MODE", defaultValue = "fill-in-background", description = {
            "What comes of blobs of which only parts are read, as by stargz and Nydus: "
                    + "ranges-only, or fill-in-background (the rest as well)."})
    LazyMode lazy = LazyMode.FILL_IN_BACKGROUND;

    @Option(names = "--containerd-socket", paramLabel = "PATH", showDefaultValue = Visibility.NEVER, description = {
            "containerd's socket, for instance /run/containerd/containerd.sock: what its content store holds is served from there. "
                    + "Without it: containerd is not asked."})
    Optional<Path> containerdSocket = Optional.empty();

    @Option(names = "--store-mode", paramLabel = "MODE", defaultValue = "own", description = {
            "own (every pulled blob is stored here), or shared (one file for containerd and the agent; needs --containerd-socket "
                    + "and one file system)."})
    StoreMode storeMode = StoreMode.OWN;

    @Option(names = "--insecure-peers", description = {
            "Allow plain HTTP with other hosts. Required for any peer or scheduler address that is not loopback."})
    boolean insecurePeers;

    /** Checks what belongs together and makes the record. */
    AgentOptions toOptions(List<URI> schedulers, Optional<SchedulerOptions> embedded) throws CommandException {
        if (data.toString().isBlank()) {
            throw CommandException.usage("--data is empty: name a folder, or leave it out for the standard one");
        }
        if (quota.bytes() == 0) {
            throw CommandException.usage("--quota 0 leaves no room for anything; give for instance 20GiB");
        }
        if (originConnections < 1 || originConnections > MOST_ORIGIN_CONNECTIONS) {
            throw CommandException.usage("--origin-connections is " + originConnections + "; give 1 to " + MOST_ORIGIN_CONNECTIONS);
        }
        if (containerdSocket.isPresent() && containerdSocket.get().toString().isBlank()) {
            throw CommandException.usage("--containerd-socket is empty: name containerd's socket, or leave it out");
        }
        if (storeMode == StoreMode.SHARED && containerdSocket.isEmpty()) {
            throw CommandException.usage("--store-mode shared needs --containerd-socket: it says with whom files are shared");
        }
        Exposure exposure = insecurePeers ? Exposure.ALLOWED : Exposure.LOOPBACK_ONLY;
        exposure.check("--peer", peer);
        if (advertise.isPresent()) {
            exposure.check("--advertise", advertise.get());
        }
        for (URI scheduler : schedulers) {
            exposure.check("--scheduler", new HostPort(scheduler.getHost().replaceAll("[\\[\\]]", ""), scheduler.getPort()));
        }
        if (embedded.isPresent()) {
            exposure.check("--listen", embedded.get().listen());
        }
        return new AgentOptions(data.toAbsolutePath().normalize(), proxy, peer, OwnAddress.advertised(advertise, peer, schedulers), admin,
                schedulers, embedded,
                UpstreamList.parse(upstreams), zone, quota, uploadRate, downloadRate, originConnections, tagTtl, drain, onUpstreamOutage,
                lazy,
                containerdSocket.map(socket -> new ContainerdOptions(socket.toAbsolutePath().normalize(), storeMode)));
    }

    static LazyMode parseLazy(String text) {
        return switch (text) {
            case "ranges-only" -> LazyMode.RANGES_ONLY;
            case "fill-in-background" -> LazyMode.FILL_IN_BACKGROUND;
            default -> throw new IllegalArgumentException("'" + text + "' is none of ranges-only, fill-in-background");
        };
    }

    static OutagePolicy parsePolicy(String text) {
        for (OutagePolicy policy : OutagePolicy.values()) {
            if (policy.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of serve-proven, serve-all, refuse");
    }
}
