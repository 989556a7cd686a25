package dev.darter.protocol;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a blob: an algorithm of the OCI image specification and the hash of the content in lower-case hex. */
public record Digest(Algorithm algorithm, String hex) {

    /** The algorithms that the OCI image specification registers and Darter can verify. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 32),
        SHA512("sha512", "SHA-512", 64);

        private final String prefix;
        private final String javaName;
        private final int byteLength;

        Algorithm(String prefix, String javaName, int byteLength) {
            this.prefix = prefix;
            this.javaName = javaName;
            this.byteLength = byteLength;
        }

        /** The part before the colon, for instance {@code sha256}. */
        public String prefix() {
            return prefix;
        }

        /** The name for {@link java.security.MessageDigest#getInstance(String)}. */
        public String javaName() {
            return javaName;
        }

        /** Length of the hash, and of a chain state, in bytes. */
        public int byteLength() {
            return byteLength;
        }

        static Optional<Algorithm> ofPrefix(String prefix) {
            return Arrays.stream(values()).filter(algorithm -> algorithm.prefix.equals(prefix)).findFirst();
        }
    }

    private static final Pattern LOWER_HEX = Pattern.compile("[0-9a-f]+");

    /** Rejects hex of the wrong length or alphabet with an {@link IllegalArgumentException}. */
    public Digest {
        if (hex.length() != algorithm.byteLength() * 2 || !LOWER_HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("'" + hex + "' is not " + algorithm.byteLength() * 2 + " lower-case hex digits");
        }
    }

    /** Reads {@code sha256:<hex>}; anything else is an {@link IllegalArgumentException} whose message can be shown to a user. */
    @JsonCreator
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        Algorithm algorithm = Algorithm.ofPrefix(colon < 0 ? text : text.substring(0, colon))
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a sha256: or sha512: digest"));
        return new Digest(algorithm, text.substring(colon + 1));
    }

    /** Names a finished hash. */
    public static Digest of(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** Whether content of so many bytes can have this name: the content without bytes has one name, and no other content has it. */
    public boolean canName(long size) {
        return size > 0 ? !isOfNothing() : size == 0 && isOfNothing();
    }

    private boolean isOfNothing() {
        return hex.equals(switch (algorithm) {
            case SHA256 -> "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
            case SHA512 ->
                "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";
        });
    }

    /** The hash itself; a new array at each call. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Of the hex alone: an enum's hash code differs in each process, and with it the order of hash maps, so that no simulation would repeat. */
    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    @JsonValue
    public String toString() {
        return algorithm.prefix() + ":" + hex;
    }
}
