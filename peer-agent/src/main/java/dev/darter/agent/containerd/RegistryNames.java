package dev.darter.agent.containerd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.darter.registry.upstream.UpstreamConfig;

/** The agent's names for registries that containerd calls by theirs. */
public record RegistryNames(Map<String, String> identities) {

    /** Those of the registries that may be asked. */
    public static RegistryNames of(List<UpstreamConfig> upstreams) {
        Map<String, String> identities = new HashMap<>();
        upstreams.forEach(upstream -> upstream.names().forEach(name -> identities.put(name, upstream.identity())));
        return new RegistryNames(Map.copyOf(identities));
    }

    /** Base URLs of these registries; empty when none of them may be asked. One that may not be asked is a source all the same. */
    Set<String> sources(Set<String> names) {
        Set<String> sources = new HashSet<>();
        names.forEach(name -> sources.add(identities.getOrDefault(name.toLowerCase(Locale.ROOT), "https://" + name)));
        return names.stream().anyMatch(name -> identities.containsKey(name.toLowerCase(Locale.ROOT))) ? sources : Set.of();
    }
}
