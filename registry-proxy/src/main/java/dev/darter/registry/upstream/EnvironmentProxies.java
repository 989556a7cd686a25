package dev.darter.registry.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that the environment names: {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, in upper or lower case, as the
 * runtimes read them. Loopback is always reached directly.
 */
public final class EnvironmentProxies {

    record Server(InetSocketAddress address, Optional<String> authorization) {}

    private final Optional<Server> forHttp;
    private final Optional<Server> forHttps;
    private final List<NoProxyRule> direct;

    private EnvironmentProxies(Optional<Server> forHttp, Optional<Server> forHttps, List<NoProxyRule> direct) {
        this.forHttp = forHttp;
        this.forHttps = forHttps;
        this.direct = direct;
    }

    /** No proxy at all. */
    public static EnvironmentProxies none() {
        return new EnvironmentProxies(Optional.empty(), Optional.empty(), List.of());
    }

    /**
     * Reads an environment, usually {@link System#getenv()}.
     *
     * @throws IllegalArgumentException with a message for the user, where a proxy is of a kind that can't be used
     */
    public static EnvironmentProxies of(Map<String, String> environment) {
        List<NoProxyRule> direct = value(environment, "NO_PROXY").stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .filter(entry -> !entry.isBlank())
                .map(NoProxyRule::parse)
                .toList();
        return new EnvironmentProxies(server(environment, "HTTP_PROXY"), server(environment, "HTTPS_PROXY"), direct);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Stream.of(name, name.toLowerCase(Locale.ROOT))
                .map(key -> environment.getOrDefault(key, "").trim())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static Optional<Server> server(Map<String, String> environment, String name) {
        return value(environment, name).map(text -> {
            try {
                URI uri = new URI(text.contains("://") ? text : "http://" + text);
                if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
                    throw new IllegalArgumentException(
                            name + " has to be of the form http://host:port; other kinds of proxy can't be used");
                }
                int port = uri.getPort() < 0 ? 80 : uri.getPort();
                return new Server(InetSocketAddress.createUnresolved(NoProxyRule.withoutBrackets(uri.getHost()), port),
                        Optional.ofNullable(uri.getRawUserInfo()).map(EnvironmentProxies::basic));
            } catch (URISyntaxException malformed) {
                // The message must not repeat the value, which may hold a password.
                throw new IllegalArgumentException(name + " has to be of the form http://host:port", malformed);
            }
        });
    }

    private static String basic(String userInfo) {
        String plain = URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** The proxy for an address, if any. */
    Optional<Server> forTarget(URI target) {
        boolean https = "https".equalsIgnoreCase(target.getScheme());
        String host = NoProxyRule.withoutBrackets(target.getHost().toLowerCase(Locale.ROOT));
        int port = target.getPort() >= 0 ? target.getPort() : https ? 443 : 80;
        boolean loopback = host.equals("localhost") || NoProxyRule.literal(host).filter(a -> a.isLoopbackAddress()).isPresent();
        if (loopback || direct.stream().anyMatch(rule -> rule.covers(host, port))) {
            return Optional.empty();
        }
        return https ? forHttps : forHttp;
    }

    /** The same for the JDK's client. */
    ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI target) {
                return List.of(forTarget(target).map(server -> new Proxy(Proxy.Type.HTTP, server.address())).orElse(Proxy.NO_PROXY));
            }

            @Override
            public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
                // The request fails with the same exception; there is no other proxy to turn to.
            }
        };
    }
}
