package dev.darter.registry.upstream;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import dev.darter.registry.OriginException;

/** The allow-list: the registries that may be asked, by their names and by their identities. Thread-safe. */
public final class Upstreams implements AutoCloseable {

    private final Map<String, Upstream> byIdentity = new LinkedHashMap<>();
    private final Map<String, Upstream> byName = new LinkedHashMap<>();

    private Upstreams() {}

    /**
     * Makes a client for each registry. Several entries with one URL are one registry with all their names. The first is the default; without
     * any, Docker Hub is the only one.
     *
     * @throws IllegalArgumentException with a message for the user, when one name has two URLs
     * @throws IOException when a file with certificate authorities can't be used
     */
    public static Upstreams open(List<UpstreamConfig> configs, UpstreamTimeouts timeouts, EnvironmentProxies proxies, InstantSource clock)
            throws IOException {
        Upstreams upstreams = new Upstreams();
        for (UpstreamConfig config : merged(configs.isEmpty() ? List.of(UpstreamConfig.dockerHub()) : configs)) {
            Upstream upstream = new Upstream(config, timeouts, proxies, clock);
            upstreams.byIdentity.put(upstream.identity(), upstream);
            for (String name : config.names()) {
                Upstream other = upstreams.byName.putIfAbsent(name, upstream);
                if (other != null) {
                    upstreams.close();
                    throw new IllegalArgumentException(
                            "upstream " + name + " has two URLs: " + other.identity() + " and " + upstream.identity());
                }
            }
        }
        return upstreams;
    }

    private static Iterable<UpstreamConfig> merged(List<UpstreamConfig> configs) {
        Map<URI, UpstreamConfig> merged = new LinkedHashMap<>();
        for (UpstreamConfig config : configs) {
            merged.merge(config.base(), config, (known, added) -> {
                Set<String> names = new LinkedHashSet<>(known.names());
                names.addAll(added.names());
                return new UpstreamConfig(List.copyOf(names), known.base(), known.caFile().or(added::caFile));
            });
        }
        return merged.values();
    }

    /** The registry that a client calls so; empty when it is not allowed. */
    public Optional<Upstream> byName(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The registry with this base URL; empty when it is not allowed. */
    public Optional<Upstream> byIdentity(String identity) {
        return Optional.ofNullable(byIdentity.get(identity));
    }

    /** For requests that name no registry. */
    public Upstream first() {
        return byIdentity.values().iterator().next();
    }

    /** All, the default first. */
    public List<Upstream> all() {
        return List.copyOf(byIdentity.values());
    }

    /** Tells from now on what each refusal and failure of a registry was, also of those that were overcome. Called on any thread. */
    public void onFailure(Consumer<OriginException.Kind> counter) {
        byIdentity.values().forEach(upstream -> upstream.onFailure(counter));
    }

    @Override
    public void close() {
        byIdentity.values().forEach(Upstream::close);
    }
}
