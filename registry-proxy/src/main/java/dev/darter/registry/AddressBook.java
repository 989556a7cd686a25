package dev.darter.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import dev.darter.registry.Address.Style;
import dev.darter.registry.upstream.Upstream;
import dev.darter.registry.upstream.Upstreams;

/** Finds out which registry a client means, and lets it mean none that is not on the allow-list. */
final class AddressBook {

    /** What clients call Docker Hub, apart from {@code docker.io}. */
    private static final Set<String> DOCKER_HUB = Set.of("index.docker.io", "registry-1.docker.io", "registry.docker.io");

    /** In a decoded path. */
    private static final Pattern DOT_SEGMENT = Pattern.compile("(^|[/\\\\])\\.\\.?([/\\\\;]|$)");

    private final Upstreams upstreams;

    AddressBook(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /**
     * For a request to the agent itself.
     *
     * @param path what follows {@code /v2/}
     * @param namespace the query parameter {@code ns}
     */
    Address find(String path, Optional<String> namespace) throws RefusedException {
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        String rest = slash < 0 ? "" : path.substring(slash + 1);
        if (namespace.isPresent()) {
            String name = Names.host(namespace.get());
            Upstream upstream = byName(name).orElseThrow(() -> notAllowed(ErrorCode.NAME_UNKNOWN, name));
            // BuildKit sends both.
            boolean prefixed = Names.looksLikeHost(first) && byName(first).filter(upstream::equals).isPresent();
            return new Address(upstream, Style.NAMESPACE, name, prefixed ? rest : path);
        }
        Optional<Upstream> named = first.isEmpty() ? Optional.empty() : byName(first);
        if (named.isPresent()) {
            return new Address(named.get(), Style.PREFIX, first, rest);
        }
        if (Names.looksLikeHost(first) && !rest.isEmpty()) {
            throw notAllowed(ErrorCode.NAME_UNKNOWN, Names.host(first));
        }
        return new Address(upstreams.first(), Style.DEFAULT, "", path);
    }

    private Optional<Upstream> byName(String name) {
        return upstreams.byName(name)
                .or(() -> DOCKER_HUB.contains(name.toLowerCase(Locale.ROOT)) ? upstreams.byName("docker.io") : Optional.empty());
    }

    /** The name of the registry at this host and port, which may be its name already. */
    String nameAt(String authority) {
        return byName(authority).isPresent()
                ? authority
                : upstreams.all()
                        .stream()
                        .filter(upstream -> String.valueOf(upstream.config().base().getRawAuthority()).equalsIgnoreCase(authority))
                        .map(upstream -> upstream.config().names().getFirst())
                        .findFirst()
                        .orElse(authority);
    }

    /** The registry for requests that name none. */
    Upstream first() {
        return upstreams.first();
    }

    /** For a repository in a token's scope, named the way this client names repositories. */
    Address ofRepository(String repository) throws RefusedException {
        return find(repository, Optional.empty());
    }

    /**
     * For a request to a forward proxy.
     *
     * @param target in absolute form
     * @return the path is what follows the registry's base URL, without a leading slash
     */
    Address find(URI target) throws RefusedException {
        if (DOT_SEGMENT.matcher(target.getPath()).find()) {
            // The registry may resolve them, and then the request is for something outside of its base URL.
            throw new RefusedException(ErrorCode.NAME_INVALID, "the path asked for goes up or nowhere");
        }
        for (Upstream upstream : upstreams.all()) {
            URI base = upstream.config().base();
            String basePath = base.getRawPath() + "/";
            if (base.getScheme().equalsIgnoreCase(target.getScheme()) && authority(base).equals(authority(target))
                    && target.getRawPath().startsWith(basePath)) {
                return new Address(upstream, Style.FORWARD, "", target.getRawPath().substring(basePath.length()));
            }
        }
        throw notAllowed(ErrorCode.DENIED, authority(target));
    }

    /** The registry at this host and port; for CONNECT. */
    Upstream atAuthority(String hostAndPort) throws RefusedException {
        for (Upstream upstream : upstreams.all()) {
            if (authority(upstream.config().base()).equals(hostAndPort.toLowerCase(Locale.ROOT))) {
                return upstream;
            }
        }
        throw notAllowed(ErrorCode.DENIED, Names.shown(hostAndPort));
    }

    /** Host and port, the port also where it is the scheme's own. */
    static String authority(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }

    /**
     * Mirrors answer 404, after which each runtime goes on with its next host; and where the image is missing everywhere, the runtime then
     * says that, and not that a mirror forbade it.
     */
    private static RefusedException notAllowed(ErrorCode code, String name) {
        return new RefusedException(code,
                "the registry " + name + " " + RegistryProxy.NOT_ALLOWED + "; start the agent with --upstream " + name
                        + " to allow it");
    }
}
