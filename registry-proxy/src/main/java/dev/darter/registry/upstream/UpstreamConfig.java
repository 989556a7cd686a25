package dev.darter.registry.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One registry that may be asked.
 *
 * @param names what clients call it, as {@code ns} or as a path prefix; at least one, lower case
 * @param base where it is, in canonical form: no trailing slash, no default port, lower-case host
 * @param caFile certificate authorities to trust for it beside the JDK's own, as PEM
 */
public record UpstreamConfig(List<String> names, URI base, Optional<Path> caFile) {

    private static final String DOCKER_HUB = "https://registry-1.docker.io";
    private static final Pattern NAME = Pattern
            .compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

    /** @throws IllegalArgumentException with a message for the user */
    public UpstreamConfig {
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is no name of a registry; it is a host with or without a port");
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("an upstream needs a name");
        }
        names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().toList();
        base = canonical(base);
    }

    /** Docker Hub, the upstream of an agent that names none. */
    public static UpstreamConfig dockerHub() {
        return parse("docker.io");
    }

    /**
     * Reads {@code NAME} or {@code NAME=URL}. Without a URL the registry is at {@code https://NAME}, or, as for Docker and containerd, at
     * {@code http://NAME} where that is this machine; {@code docker.io} is at {@value #DOCKER_HUB}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static UpstreamConfig parse(String text) {
        int equals = text.indexOf('=');
        int scheme = text.indexOf("://");
        if (equals < 0 && scheme > 0) {
            throw new IllegalArgumentException("a URL needs a name: write " + text.substring(scheme + 3) + ", or NAME=" + text);
        }
        String name = equals < 0 ? text : text.substring(0, equals);
        String url = equals < 0 ? defaultUrl(name) : text.substring(equals + 1);
        try {
            return new UpstreamConfig(List.of(name), new URI(url), Optional.empty());
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("'" + url + "' is no URL of a registry", malformed);
        }
    }

    private static String defaultUrl(String name) {
        if (name.equalsIgnoreCase("docker.io")) {
            return DOCKER_HUB;
        }
        return (LOOPBACK.matcher(name).matches() && !name.endsWith(":443") ? "http://" : "https://") + name;
    }

    /** The same with these certificate authorities. */
    public UpstreamConfig withCaFile(Path file) {
        return new UpstreamConfig(names, base, Optional.of(file));
    }

    /** What every host of a cluster calls this registry: its URL. */
    public String identity() {
        return base.toString();
    }

    private static URI canonical(URI base) {
        String scheme = Optional.ofNullable(base.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        boolean https = scheme.equals("https");
        if ((!https && !scheme.equals("http")) || base.getHost() == null) {
            throw new IllegalArgumentException("'" + base + "' is no URL of a registry; it begins with https:// or http:// and a host");
        }
        if (base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL of a registry has no user, query or fragment");
        }
        boolean defaultPort = base.getPort() < 0 || base.getPort() == (https ? 443 : 80);
        String path = Optional.ofNullable(base.getRawPath()).orElse("").replaceAll("/+$", "").replaceAll("/v2$", "");
        return URI.create(scheme + "://" + base.getHost().toLowerCase(Locale.ROOT) + (defaultPort ? "" : ":" + base.getPort()) + path);
    }
}
