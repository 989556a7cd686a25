package dev.darter.agent.cli.pull;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * What a program runs on, in the words of the OCI image index.
 *
 * @param os for instance {@code linux}
 * @param architecture in Go's words: {@code amd64}, {@code arm64}
 * @param variant for instance {@code v7}; absent means any
 */
public record Platform(String os, String architecture, Optional<String> variant) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9]+)/([a-z0-9_]+)(?:/([a-z0-9.]+))?");

    /** Reads {@code os/architecture[/variant]}; anything else is an {@link IllegalArgumentException} that can be shown to a user. */
    public static Platform parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a platform, for instance linux/arm64");
        }
        return new Platform(matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3)));
    }

    /** That of this host's containers: Linux, on this processor. */
    public static Platform ofThisHost() {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return new Platform("linux", switch (architecture) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> architecture;
        }, Optional.empty());
    }

    /** Whether content for the offered platform serves this one. */
    boolean accepts(Platform offered) {
        return os.equals(offered.os) && architecture.equals(offered.architecture) && (variant.isEmpty() || variant.equals(offered.variant));
    }

    /** What an image's configuration says that it was made for; empty where it says nothing, as other artifacts' do. */
    static Optional<Platform> ofConfig(JsonNode config) {
        String os = config.path("os").asString("");
        String architecture = config.path("architecture").asString("");
        return os.isEmpty() || architecture.isEmpty()
                ? Optional.empty()
                : Optional.of(new Platform(os, architecture,
                        Optional.of(config.path("variant").asString("")).filter(variant -> !variant.isEmpty())));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(name -> "/" + name).orElse("");
    }
}
