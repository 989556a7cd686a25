package dev.darter.registry;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the proxy.
 *
 * @param data folder of the agent; the proxy keeps its last known tags in one of its own below it
 * @param tagTtl for how long a tag's meaning is good without asking the upstream again
 * @param proofTtl for how long an upstream's permission is good, unless its token ends earlier
 * @param proofGrace for how much longer it counts while the upstream is down, see {@link OutagePolicy#SERVE_PROVEN}
 * @param checkTimeout after which an upstream that says nothing counts as down, in questions that hold up a caller
 * @param lazy what comes of blobs of which only parts are read, unless the request says it
 */
public record RegistryProxyConfig(Path data, Duration tagTtl, Duration proofTtl, Duration proofGrace, OutagePolicy onUpstreamOutage,
        Duration checkTimeout, LazyMode lazy) {

    /** What suits most clusters. */
    public static RegistryProxyConfig defaults(Path data) {
        return new RegistryProxyConfig(data, Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1), OutagePolicy.SERVE_PROVEN,
                Duration.ofSeconds(10), LazyMode.FILL_IN_BACKGROUND);
    }

    /** The same with another time to live of tags. */
    public RegistryProxyConfig withTagTtl(Duration newTagTtl) {
        return new RegistryProxyConfig(data, newTagTtl, proofTtl, proofGrace, onUpstreamOutage, checkTimeout, lazy);
    }

    /** The same with another policy for outages. */
    public RegistryProxyConfig withOnUpstreamOutage(OutagePolicy policy) {
        return new RegistryProxyConfig(data, tagTtl, proofTtl, proofGrace, policy, checkTimeout, lazy);
    }

    /** The same with other lives of proofs. */
    public RegistryProxyConfig withProofs(Duration newTtl, Duration newGrace) {
        return new RegistryProxyConfig(data, tagTtl, newTtl, newGrace, onUpstreamOutage, checkTimeout, lazy);
    }

    /** The same with another choice of what comes besides the parts that are read. */
    public RegistryProxyConfig withLazy(LazyMode newLazy) {
        return new RegistryProxyConfig(data, tagTtl, proofTtl, proofGrace, onUpstreamOutage, checkTimeout, newLazy);
    }

    /** The same with another patience. */
    public RegistryProxyConfig withCheckTimeout(Duration newTimeout) {
        return new RegistryProxyConfig(data, tagTtl, proofTtl, proofGrace, onUpstreamOutage, newTimeout, lazy);
    }
}
