package dev.darter.registry;

import java.util.Locale;
import java.util.regex.Pattern;

import dev.darter.protocol.Digest;

/**
 * The grammar of names in the OCI distribution specification 1.1, "Pull". Everything that a client sends passes here before it is used for
 * anything; what is left can neither leave a folder nor a URL's path.
 */
final class Names {

    private static final int LONGEST_REPOSITORY = 255;
    /** Possessive, so that a hostile name costs one pass. */
    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern HOST = Pattern.compile("[a-z0-9.-]{1,253}(?::[0-9]{1,5})?|\\[[0-9a-f:.]{2,45}](?::[0-9]{1,5})?");

    private Names() {}

    static String repository(String text) throws RefusedException {
        if (text.length() > LONGEST_REPOSITORY || !REPOSITORY.matcher(text).matches()) {
            throw new RefusedException(ErrorCode.NAME_INVALID, "'" + shown(text) + "' is not a repository name");
        }
        return text;
    }

    static Digest digest(String text) throws RefusedException {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(ErrorCode.DIGEST_INVALID, "'" + shown(text) + "' is not a sha256: or sha512: digest");
        }
    }

    /** A tag, or a digest where there is a colon: tags can't have one. */
    static Reference reference(String text) throws RefusedException {
        if (text.indexOf(':') >= 0) {
            return new Reference.ByDigest(digest(text));
        }
        if (!TAG.matcher(text).matches()) {
            throw new RefusedException(ErrorCode.MANIFEST_INVALID, "'" + shown(text) + "' is neither a tag nor a digest");
        }
        return new Reference.Tag(text);
    }

    /** The host and perhaps port of a registry, in lower case. */
    static String host(String text) throws RefusedException {
        String host = text.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(host).matches()) {
            throw new RefusedException(ErrorCode.NAME_INVALID, "'" + shown(text) + "' is not the name of a registry");
        }
        return host;
    }

    /**
     * Whether the first part of an image's name names a registry: the rule of Docker's reference grammar, by which {@code quay.io/app} is
     * an app at quay.io and {@code library/app} is not at a host called library.
     */
    static boolean looksLikeHost(String component) {
        return component.indexOf('.') >= 0 || component.indexOf(':') >= 0 || component.equals("localhost");
    }

    /** What a client sent, short and harmless enough for a message. */
    static String shown(String text) {
        String start = text.length() > 100 ? text.substring(0, 100) + "…" : text;
        return start.replaceAll("[^\\x21-\\x7e…]", "?");
    }
}
