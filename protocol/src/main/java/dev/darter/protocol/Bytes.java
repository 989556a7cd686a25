package dev.darter.protocol;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An immutable string of bytes that is equal to another with the same content: keys, signatures, hashes. Base64 in JSON. */
public final class Bytes {

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /** Takes a copy. */
    public static Bytes of(byte[] value) {
        return new Bytes(value.clone());
    }

    @JsonCreator
    static Bytes ofBase64(String text) {
        return new Bytes(Base64.getDecoder().decode(text));
    }

    @JsonValue
    String toBase64() {
        return Base64.getEncoder().encodeToString(value);
    }

    /** The bytes; a new array at each call. */
    public byte[] toArray() {
        return value.clone();
    }

    /** How many bytes there are. */
    public int length() {
        return value.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
