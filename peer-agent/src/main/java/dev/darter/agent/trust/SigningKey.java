package dev.darter.agent.trust;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

import dev.darter.protocol.Bytes;

/** An Ed25519 key pair (RFC 8032) with which a host vouches for what it has read or proven. Immutable. */
public final class SigningKey {

    private static final String ALGORITHM = "Ed25519";
    private static final int RAW_LENGTH = 32;
    /** What stands before the 32 raw bytes in the X.509 form of a public key (RFC 8410, section 4). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PrivateKey privateKey;
    private final Bytes publicKey;

    private SigningKey(PrivateKey privateKey, Bytes publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** Makes a new pair from the platform's secure randomness. */
    public static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            return new SigningKey(pair.getPrivate(), rawOf(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** Reads what {@link #encoded} gave; other bytes are an {@link IllegalArgumentException}. */
    static SigningKey decode(byte[] encoded) {
        try {
            if (encoded.length <= RAW_LENGTH) {
                throw new IllegalArgumentException("A signing key has more than " + encoded.length + " bytes");
            }
            Bytes raw = Bytes.of(Arrays.copyOf(encoded, RAW_LENGTH));
            byte[] pkcs8 = Arrays.copyOfRange(encoded, RAW_LENGTH, encoded.length);
            return new SigningKey(KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)), raw);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not a signing key", e);
        }
    }

    /** The pair as bytes for a file that only its owner may read: the raw public key, then PKCS #8. */
    byte[] encoded() {
        byte[] pkcs8 = privateKey.getEncoded();
        byte[] encoded = Arrays.copyOf(publicKey.toArray(), RAW_LENGTH + pkcs8.length);
        System.arraycopy(pkcs8, 0, encoded, RAW_LENGTH, pkcs8.length);
        return encoded;
    }

    /** The public half: the raw 32 bytes. */
    public Bytes publicKey() {
        return publicKey;
    }

    Bytes sign(byte[] payload) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(payload);
            return Bytes.of(signature.sign());
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** Whether the holder of this raw public key signed the payload; false also where the key or the signature is no such thing. */
    static boolean verifies(Bytes publicKey, byte[] payload, Bytes signed) {
        if (publicKey.length() != RAW_LENGTH) {
            return false;
        }
        try {
            byte[] x509 = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + RAW_LENGTH);
            System.arraycopy(publicKey.toArray(), 0, x509, X509_PREFIX.length, RAW_LENGTH);
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(x509)));
            signature.update(payload);
            return signature.verify(signed.toArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Bytes rawOf(PublicKey key) {
        byte[] x509 = key.getEncoded();
        return Bytes.of(Arrays.copyOfRange(x509, x509.length - RAW_LENGTH, x509.length));
    }

    private static IllegalStateException missing(GeneralSecurityException cause) {
        return new IllegalStateException("This Java runtime has no Ed25519", cause);
    }
}
