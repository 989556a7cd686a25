package dev.darter.registry.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to ask a registry.
 *
 * @param path begins with {@code /v2/}; as it goes on the wire, percent-encoded where need be
 * @param query without the question mark, as it goes on the wire; without {@code ns}, which is for mirrors only
 * @param headers header lines to pass on, several of one name where the caller sent several (Docker does with {@code Accept}); connection
 *            headers, {@code Host}, {@code Authorization}, {@code Cookie} and {@code Accept-Encoding} among them are left out
 * @param credentials with whose rights
 * @param redirects whether to follow
 */
public record UpstreamRequest(Method method, String path, Optional<String> query, List<Header> headers, Credentials credentials,
        Redirects redirects) {

    /** The methods of the pull half of the protocol. */
    public enum Method {
        GET,
        HEAD
    }

    /** What to do about an answer that points elsewhere. */
    public enum Redirects {
        /** Follow, with credentials dropped as soon as another host, port or scheme is asked. */
        FOLLOW,
        /** Hand out the redirect itself: it says that the caller is admitted, which is all that a proof needs. */
        RETURN
    }

    public UpstreamRequest {
        headers = List.copyOf(headers);
    }

    /** A {@code GET} that follows redirects. */
    public static UpstreamRequest get(String path, List<Header> headers, Credentials credentials) {
        return new UpstreamRequest(Method.GET, path, Optional.empty(), headers, credentials, Redirects.FOLLOW);
    }

    /** A {@code HEAD} that follows redirects. */
    public static UpstreamRequest head(String path, List<Header> headers, Credentials credentials) {
        return new UpstreamRequest(Method.HEAD, path, Optional.empty(), headers, credentials, Redirects.FOLLOW);
    }

    /** The same with another query. */
    public UpstreamRequest withQuery(String newQuery) {
        return new UpstreamRequest(method, path, Optional.of(newQuery), headers, credentials, redirects);
    }

    /** The same, redirects followed or not. */
    public UpstreamRequest withRedirects(Redirects newRedirects) {
        return new UpstreamRequest(method, path, query, headers, credentials, newRedirects);
    }

    /** The same with this header in place of any others of its name. */
    public UpstreamRequest withHeader(String name, String value) {
        List<Header> replaced = new ArrayList<>(headers);
        replaced.removeIf(header -> header.is(name));
        replaced.add(new Header(name, value));
        return new UpstreamRequest(method, path, query, replaced, credentials, redirects);
    }

    /** The same without any header of this name. */
    public UpstreamRequest withoutHeader(String name) {
        return new UpstreamRequest(method, path, query, headers.stream().filter(header -> !header.is(name)).toList(), credentials,
                redirects);
    }
}
