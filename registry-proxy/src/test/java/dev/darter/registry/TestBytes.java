package dev.darter.registry;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;

import dev.darter.protocol.Digest;

/** Bytes that nobody changes. */
final class TestBytes {

    private final byte[] bytes;

    TestBytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] copy() {
        return bytes.clone();
    }

    byte[] range(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    int length() {
        return bytes.length;
    }

    /** Bytes that differ from each other for each seed. */
    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Digest sha256(byte[] bytes) {
        try {
            return Digest.of(Digest.Algorithm.SHA256, MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
