package dev.darter.service;

import java.time.Duration;

/**
 * Limits of a listener.
 *
 * @param maxTargetBytes of the request line; longer ones get 414
 * @param maxHeaderBytes of all header lines of a request; more gets 431
 * @param headTimeout for a request's line and headers, from their first byte to their last; who takes longer is cut off
 * @param idleTimeout after which a connection without a request, or a client that takes no bytes, is closed
 * @param maxUnsentBytes that a socket takes before the link does, where the system can limit it; 0 for as many as the system likes
 * @param errors how answers look that no handler gave
 */
public record HttpServerOptions(int maxTargetBytes, int maxHeaderBytes, Duration headTimeout, Duration idleTimeout, int maxUnsentBytes,
        ErrorRenderer errors) {

    /** Room for long bearer tokens, ten seconds for a head, two minutes of patience, errors as small JSON. */
    public static HttpServerOptions defaults() {
        return new HttpServerOptions(8 * 1024, 64 * 1024, Duration.ofSeconds(10), Duration.ofMinutes(2), 0, ErrorRenderer.JSON);
    }

    /** The same with other error bodies. */
    public HttpServerOptions withErrors(ErrorRenderer newErrors) {
        return new HttpServerOptions(maxTargetBytes, maxHeaderBytes, headTimeout, idleTimeout, maxUnsentBytes, newErrors);
    }

    /** The same with another patience. */
    public HttpServerOptions withIdleTimeout(Duration newTimeout) {
        return new HttpServerOptions(maxTargetBytes, maxHeaderBytes, headTimeout, newTimeout, maxUnsentBytes, errors);
    }

    /** The same with another time for a request's line and headers. */
    public HttpServerOptions withHeadTimeout(Duration newTimeout) {
        return new HttpServerOptions(maxTargetBytes, maxHeaderBytes, newTimeout, idleTimeout, maxUnsentBytes, errors);
    }

    /** The same with sockets that take no more than so many bytes before the link does: what was handed over has then nearly been sent. */
    public HttpServerOptions withMaxUnsent(int newMaxBytes) {
        return new HttpServerOptions(maxTargetBytes, maxHeaderBytes, headTimeout, idleTimeout, newMaxBytes, errors);
    }
}
