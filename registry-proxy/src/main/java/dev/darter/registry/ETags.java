package dev.darter.registry;

import java.util.Arrays;

import dev.darter.protocol.Digest;

/**
 * Entity tags. What a digest names never changes, and is called by that digest whether the registry has been asked or not; only for a tag the
 * registry's own entity tag is passed on.
 */
final class ETags {

    private ETags() {}

    /** The digest in quotes, as the reference registry does it. */
    static String of(Digest digest) {
        return "\"" + digest + "\"";
    }

    /** Whether {@code If-None-Match} names this content (RFC 9110, section 13.1.2; the comparison is weak). */
    static boolean matches(String ifNoneMatch, String etag) {
        return Arrays.stream(ifNoneMatch.split(",")).map(String::strip).anyMatch(one -> one.equals("*") || plain(one).equals(plain(etag)));
    }

    private static String plain(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }
}
