package dev.darter.protocol;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The inner state of a blob's hash function at a chunk boundary: the chaining value of FIPS 180-4 in big-endian order, 32 bytes for SHA-256
 * and 64 for SHA-512. Boundary <i>i</i> lies before chunk <i>i</i>; boundary 0 is the standard's initial value.
 */
public final class ChainState {

    private final byte[] value;

    private ChainState(byte[] value) {
        this.value = value;
    }

    /** Takes a copy of 32 or 64 bytes. */
    public static ChainState of(byte[] value) {
        if (value.length != 32 && value.length != 64) {
            throw new IllegalArgumentException("A chain state has 32 or 64 bytes, not " + value.length);
        }
        return new ChainState(value.clone());
    }

    @JsonCreator
    static ChainState ofBase64(String text) {
        return of(Base64.getDecoder().decode(text));
    }

    @JsonValue
    String toBase64() {
        return Base64.getEncoder().encodeToString(value);
    }

    /** The bytes; a new array at each call. */
    public byte[] bytes() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChainState state && Arrays.equals(value, state.value);
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
