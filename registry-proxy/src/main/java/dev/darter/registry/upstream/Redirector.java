package dev.darter.registry.upstream;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/** Follows redirects by hand, because where credentials may go has to be decided at each hop. */
final class Redirector {

    private static final int MOST_HOPS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    /** Another host, in most cases blob storage, learns what is wanted and nothing about who wants it. */
    private static final Set<String> FOR_STRANGERS = Set.of("accept", "accept-encoding", "range", "if-range", "user-agent");

    private final HttpTransport transport;

    Redirector(HttpTransport transport) {
        this.transport = transport;
    }

    static boolean isRedirect(UpstreamAnswer answer) {
        return REDIRECTS.contains(answer.status()) && answer.header("Location").isPresent();
    }

    /** Sends a {@code GET} or {@code HEAD} and goes where the answers point. */
    UpstreamAnswer follow(String method, URI first, List<Header> headers) throws IOException, InterruptedException {
        URI uri = first;
        List<Header> allowed = headers;
        for (int hop = 0; hop <= MOST_HOPS; hop++) {
            UpstreamAnswer answer = hop(first, new HttpTransport.Outgoing(method, uri, allowed, Optional.empty()));
            if (!isRedirect(answer)) {
                return answer;
            }
            answer.discard();
            URI next = target(uri, answer.header("Location").orElseThrow());
            if (!sameOrigin(uri, next)) {
                // For good: a host that could send the request on a detour must not win credentials by it.
                allowed = allowed.stream().filter(header -> FOR_STRANGERS.contains(header.name().toLowerCase(Locale.ROOT))).toList();
            }
            uri = next;
        }
        throw new OriginException(Kind.UNAVAILABLE, first.getAuthority() + " redirected more than " + MOST_HOPS + " times",
                Optional.empty());
    }

    /** Where a registry redirects to may be silent while the registry is not. */
    private UpstreamAnswer hop(URI first, HttpTransport.Outgoing outgoing) throws IOException, InterruptedException {
        try {
            return transport.exchange(outgoing);
        } catch (OriginException failure) {
            if (failure.isUnreachable() && !sameOrigin(first, outgoing.uri())) {
                throw HttpTransport.unavailable(String.valueOf(failure.getMessage()), failure);
            }
            throw failure;
        }
    }

    private static URI target(URI from, String location) throws OriginException {
        URI target;
        try {
            target = from.resolve(new URI(encodeIllegal(location)));
        } catch (URISyntaxException malformed) {
            throw HttpTransport.unavailable(from.getAuthority() + " redirected to an address that can't be read", malformed);
        }
        String scheme = Optional.ofNullable(target.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (target.getHost() == null || (!scheme.equals("http") && !scheme.equals("https"))) {
            throw new OriginException(Kind.UNAVAILABLE, from.getAuthority() + " redirected to something that is no web address",
                    Optional.empty());
        }
        if (scheme.equals("http") && "https".equalsIgnoreCase(from.getScheme())) {
            throw new OriginException(Kind.UNAVAILABLE, from.getAuthority() + " redirected from https to http, which is refused",
                    Optional.empty());
        }
        return target;
    }

    /** Storage services sign addresses with characters that RFC 3986 wants encoded; browsers and Go take them. */
    private static String encodeIllegal(String location) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : location.trim().getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0) {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            } else {
                encoded.append(c);
            }
        }
        return encoded.toString();
    }

    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme()) && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
}
