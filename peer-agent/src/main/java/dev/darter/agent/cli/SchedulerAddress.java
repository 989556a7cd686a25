package dev.darter.agent.cli;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the values of {@code --scheduler}. */
final class SchedulerAddress {
    private static final int STANDARD_PORT = 65003;

    private SchedulerAddress() {}

    /** {@code http://HOST[:PORT]}, or shorter {@code HOST[:PORT]}; the result always has a port and no path. */
    static URI parse(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            if ("https".equals(uri.getScheme())) {
                throw new IllegalArgumentException("'" + text + "': schedulers don't speak TLS yet; use http:// and --insecure-peers");
            }
            boolean plain = "http".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            if (plain) {
                return URI.create("http://" + uri.getHost() + ":" + (uri.getPort() < 0 ? STANDARD_PORT : uri.getPort()));
            }
        } catch (URISyntaxException malformed) {
            // Said below, with an example.
        }
        throw new IllegalArgumentException("'" + text + "' is not the URL of a scheduler, for instance http://198.51.100.1:65003");
    }
}
