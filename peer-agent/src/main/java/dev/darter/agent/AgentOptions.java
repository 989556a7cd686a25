package dev.darter.agent;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.darter.agent.containerd.ContainerdOptions;
import dev.darter.registry.LazyMode;
import dev.darter.registry.OutagePolicy;
import dev.darter.registry.upstream.UpstreamConfig;
import dev.darter.scheduler.SchedulerOptions;
import dev.darter.service.BitRate;
import dev.darter.service.ByteCount;
import dev.darter.service.HostPort;

/**
 * Settings of an agent, complete and checked: addresses that are not loopback stand here only where the operator has allowed it.
 *
 * @param data folder of the content store and of what the agent remembers; made where it is missing
 * @param proxy where runtimes find the mirror
 * @param peer where other agents connect to
 * @param advertise what other agents are told to connect to; without it, {@code peer}
 * @param admin where health, metrics and the state of downloads are served
 * @param schedulers base URLs of the schedulers, {@code http://host:port}; may be empty
 * @param embeddedScheduler a scheduler to run in this process, which the agent then uses
 * @param upstreams the registries that may be asked, at least one; the first is meant by requests that name none
 * @param zone where this host stands; agents prefer their own zone
 * @param quota how much disk the content store may use
 * @param uploadRate limit for bytes to other agents
 * @param downloadRate limit for bytes from registries and other agents together
 * @param originConnections how many connections may read one blob from its registry at once
 * @param tagTtl for how long a tag's meaning is good without asking the registry again
 * @param drain for how long transfers may go on when the process is asked to end
 * @param onUpstreamOutage what callers get while their registry is down
 * @param lazy what comes of blobs of which only parts are read
 * @param containerd whose content is used, too
 */
public record AgentOptions(Path data, HostPort proxy, HostPort peer, Optional<HostPort> advertise, HostPort admin, List<URI> schedulers,
        Optional<SchedulerOptions> embeddedScheduler, List<UpstreamConfig> upstreams, String zone, ByteCount quota,
        Optional<BitRate> uploadRate,
        Optional<BitRate> downloadRate, int originConnections, Duration tagTtl, Duration drain, OutagePolicy onUpstreamOutage,
        LazyMode lazy, Optional<ContainerdOptions> containerd) {}
