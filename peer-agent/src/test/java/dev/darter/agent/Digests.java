package dev.darter.agent;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import dev.darter.protocol.Digest;

/** Names of test blobs. */
public final class Digests {

    private Digests() {}

    public static Digest of(byte[] bytes) {
        try {
            return Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
