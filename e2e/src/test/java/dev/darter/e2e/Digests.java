package dev.darter.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 by the JDK's public interface: the tests don't check the product's digests with the product's own code. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code sha256:<hex>} of a finished hash. */
    static String name(MessageDigest finished) {
        return "sha256:" + HexFormat.of().formatHex(finished.digest());
    }

    static String of(byte[] content) {
        MessageDigest sha256 = sha256();
        sha256.update(content);
        return name(sha256);
    }

    static String of(Path file) {
        MessageDigest sha256 = sha256();
        try (InputStream content = Files.newInputStream(file);
                OutputStream hashing = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            content.transferTo(hashing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return name(sha256);
    }

    static String hex(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }
}
