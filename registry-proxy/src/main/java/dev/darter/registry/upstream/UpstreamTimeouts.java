package dev.darter.registry.upstream;

import java.time.Duration;

/**
 * How patient the client is.
 *
 * @param connect for a connection to a registry, a proxy or a storage host, TLS not included
 * @param headers from the start of a request until the head of its answer is there; for each hop of a redirect anew
 * @param stall for the next byte of a body
 * @param retryPause before a broken body is resumed; doubled with each fruitless attempt
 */
public record UpstreamTimeouts(Duration connect, Duration headers, Duration stall, Duration retryPause) {

    /**
     * Registries that fetch from elsewhere first may be silent for tens of seconds before they answer. A body that stops is another thing: asking
     * for the rest costs one request.
     */
    public static final UpstreamTimeouts DEFAULT = new UpstreamTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMillis(200));
}
