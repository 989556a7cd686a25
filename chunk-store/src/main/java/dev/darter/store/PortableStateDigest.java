package dev.darter.store;

import java.nio.ByteBuffer;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest.Algorithm;

/** SHA-256 and SHA-512 of FIPS 180-4 in plain Java, for a JDK that hides its own state. */
final class PortableStateDigest implements StateDigest {

    /** Works one block into the words of a state. */
    interface Compression {
        /** Reads one block from the buffer. */
        void block(ByteBuffer bytes);
    }

    private final int blockLength;
    private final StateWords words;
    private final Compression compression;
    private final ByteBuffer rest;
    private long length;

    private PortableStateDigest(int blockLength, StateWords words, Compression compression) {
        this.blockLength = blockLength;
        this.words = words;
        this.compression = compression;
        this.rest = ByteBuffer.allocate(blockLength);
    }

    static PortableStateDigest of(Algorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> {
                int[] words = Sha256Compression.INITIAL.clone();
                yield new PortableStateDigest(64, StateWords.of(words), new Sha256Compression(words));
            }
            case SHA512 -> {
                long[] words = Sha512Compression.INITIAL.clone();
                yield new PortableStateDigest(128, StateWords.of(words), new Sha512Compression(words));
            }
        };
    }

    static ChainState initial(Algorithm algorithm) {
        return of(algorithm).state();
    }

    @Override
    public void restore(ChainState state, long bytesBefore) {
        words.set(state);
        rest.clear();
        length = bytesBefore;
    }

    @Override
    public void update(ByteBuffer source) {
        // A duplicate is big-endian, whatever the caller's buffer is.
        ByteBuffer bytes = source.duplicate();
        source.position(source.limit());
        length += bytes.remaining();
        if (rest.position() > 0) {
            while (rest.hasRemaining() && bytes.hasRemaining()) {
                rest.put(bytes.get());
            }
            compressFullRest();
        }
        while (bytes.remaining() >= blockLength) {
            compression.block(bytes);
        }
        rest.put(bytes);
    }

    private void compressFullRest() {
        if (!rest.hasRemaining()) {
            compression.block(rest.flip());
            rest.clear();
        }
    }

    @Override
    public ChainState state() {
        return words.get();
    }

    @Override
    public byte[] finish() {
        rest.put((byte) 0x80);
        int lengthField = blockLength / 8;
        if (rest.remaining() < lengthField) {
            fillWithZeros(0);
            compressFullRest();
        }
        fillWithZeros(Long.BYTES);
        rest.putLong(length * Byte.SIZE);
        compressFullRest();
        return words.get().bytes();
    }

    private void fillWithZeros(int butFor) {
        while (rest.remaining() > butFor) {
            rest.put((byte) 0);
        }
    }
}
