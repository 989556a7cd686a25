package dev.darter.agent.cli.pull;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import dev.darter.protocol.Digest;

/**
 * The name of an image as Docker's users write it, made complete: {@code busybox} is {@code docker.io/library/busybox:latest}.
 *
 * @param registry a host with or without a port, lower case
 * @param tag absent where only a digest was given; a digest goes before a tag
 */
public record ImageReference(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    private static final String HUB = "docker.io";
    private static final int LONGEST_REPOSITORY = 255;
    /** The grammars of the OCI distribution specification; possessive, so that a hostile name costs one pass. */
    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final Pattern HOST = Pattern
            .compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?");

    /**
     * Reads {@code [registry/]repository[:tag][@digest]}; anything else is an {@link IllegalArgumentException} that can be shown to a user.
     */
    public static ImageReference parse(String text) {
        return parse(text, Set.of());
    }

    /**
     * The same beside an agent that has registries of its own names.
     *
     * @param registries names that stand for a registry also without a dot or a port
     */
    static ImageReference parse(String text, Set<String> registries) {
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(digest(text, rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        String registry = HUB;
        int slash = rest.indexOf('/');
        if (slash >= 0 && (looksLikeHost(rest.substring(0, slash)) || registries.contains(rest.substring(0, slash)))) {
            registry = host(text, rest.substring(0, slash));
            rest = rest.substring(slash + 1);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.indexOf(':');
        if (colon >= 0) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
            throw wrong(text, "'" + tag.get() + "' is not a tag");
        }
        if (rest.length() > LONGEST_REPOSITORY || !REPOSITORY.matcher(rest).matches()) {
            throw wrong(text, "'" + rest + "' is not a repository; its letters are a to z, digits, and single . _ - between them");
        }
        boolean official = registry.equals(HUB) && rest.indexOf('/') < 0;
        return new ImageReference(registry, official ? "library/" + rest : rest,
                tag.or(() -> at < 0 ? Optional.of("latest") : Optional.empty()), digest);
    }

    /** Docker's rule: {@code quay.io/app} is an app at quay.io, {@code library/app} is not at a host called library. */
    private static boolean looksLikeHost(String component) {
        return component.indexOf('.') >= 0 || component.indexOf(':') >= 0 || component.equals("localhost")
                || !component.equals(component.toLowerCase(Locale.ROOT));
    }

    private static String host(String text, String host) {
        if (!HOST.matcher(host).matches()) {
            throw wrong(text, "'" + host + "' is not a registry");
        }
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("index.docker.io") ? HUB : lower;
    }

    private static Digest digest(String text, String digest) {
        try {
            return Digest.parse(digest);
        } catch (IllegalArgumentException e) {
            throw wrong(text, String.valueOf(e.getMessage()));
        }
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is not the name of an image, for instance ghcr.io/example/app:1.2: " + why);
    }

    /** Whether what was written names several parts and no registry, so that the first of them could be taken for one. */
    boolean isImplied(String written) {
        return registry.equals(HUB) && written.indexOf('/') > 0 && !looksLikeHost(written.substring(0, written.indexOf('/')));
    }

    /** What to ask the registry for: the digest, or else the tag. */
    public String reference() {
        return digest.map(Digest::toString).or(() -> tag).orElse("latest");
    }

    @Override
    public String toString() {
        return registry + "/" + repository + tag.map(name -> ":" + name).orElse("") + digest.map(name -> "@" + name).orElse("");
    }
}
