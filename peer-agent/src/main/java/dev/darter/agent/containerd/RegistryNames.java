package dev.darter.agent.containerd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.darter.registry.upstream.UpstreamConfig;

/** The agent's names for registries, by those under which containerd notes them: their hosts, without a port. */
public record RegistryNames(Map<String, String> identities) {

    /** Those of the registries that may be asked. Of two on one host it can't be known which is meant, so neither is known. */
    public static RegistryNames of(List<UpstreamConfig> upstreams) {
        Map<String, Set<String>> all = new HashMap<>();
        upstreams.forEach(upstream -> upstream.names()
                .forEach(name -> all.computeIfAbsent(host(name), _ -> new HashSet<>()).add(upstream.identity())));
        Map<String, String> identities = new HashMap<>();
        all.forEach((host, candidates) -> {
            if (candidates.size() == 1) {
                identities.put(host, candidates.iterator().next());
            }
        });
        return new RegistryNames(Map.copyOf(identities));
    }

    private static String host(String name) {
        return name.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
    }

    /** Base URLs of these registries; empty when none of them may be asked. One that may not be asked is a source all the same. */
    Set<String> sources(Set<String> hosts) {
        Set<String> sources = new HashSet<>();
        hosts.forEach(host -> sources.add(identities.getOrDefault(host.toLowerCase(Locale.ROOT), "https://" + host)));
        return hosts.stream().anyMatch(host -> identities.containsKey(host.toLowerCase(Locale.ROOT))) ? sources : Set.of();
    }
}
