package dev.darter.protocol;

/**
 * The SHA-256 of one chunk that was read from the origin without the state before it (a range of a lazy reader, parallel ranges), signed like
 * {@link SignedStates} over {@code "darter-chunk-1" \n registry \n digest \n size \n layout \n signer \n epoch \n chunk \n} and the 32 bytes.
 */
public record SignedChunk(HostId signer, long epoch, int chunk, Bytes sha256, Bytes signature) implements Signed {
    public SignedChunk {
        if (chunk < 0) {
            throw new IllegalArgumentException("There is no chunk " + chunk);
        }
    }
}
