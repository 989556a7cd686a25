package dev.darter.protocol;

import java.util.regex.Pattern;

/**
 * What a swarm is about: a blob, as content of one registry. The same digest from two registries is two swarms, so that a registry which lets
 * everybody in can't open content that only another one has handed out.
 *
 * @param registry the upstream's base URL without a trailing slash, for instance {@code https://registry-1.docker.io}; equal on all hosts
 */
public record BlobKey(String registry, Digest digest) {

    private static final Pattern REGISTRY = Pattern.compile("[\\x21-\\x7e]{0,510}[\\x21-\\x7e&&[^/]]");

    /** Rejects blanks, control characters, a trailing slash and more than 511 characters with an {@link IllegalArgumentException}. */
    public BlobKey {
        if (!REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException("'" + registry + "' is not the base URL of a registry");
        }
    }
}
