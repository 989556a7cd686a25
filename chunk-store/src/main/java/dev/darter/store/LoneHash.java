package dev.darter.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import dev.darter.protocol.Bytes;

/** The SHA-256 of a chunk that stands alone, whatever the blob's own algorithm is. */
final class LoneHash {

    private LoneHash() {}

    /** Leaves the buffer as it was. */
    static Bytes of(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.duplicate());
            return Bytes.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
