package dev.darter.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.Digest;
import dev.darter.protocol.Digest.Algorithm;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SignedStates;

/** A blob of random bytes with everything that can be said of it. */
final class TestBlob {

    static final String REGISTRY = "https://registry.example";
    static final int CHUNK = 256 << 10;

    private final byte[] content;
    private final Digest digest;
    private final ChunkLayout layout;
    private final List<ChainState> states;

    private TestBlob(byte[] content, Digest digest, ChunkLayout layout, List<ChainState> states) {
        this.content = content;
        this.digest = digest;
        this.layout = layout;
        this.states = states;
    }

    static TestBlob of(long seed, int size) {
        return of(seed, size, Algorithm.SHA256);
    }

    static TestBlob of(long seed, int size, Algorithm algorithm) {
        byte[] content = new byte[size];
        new SplittableRandom(seed).nextBytes(content);
        return of(content, algorithm);
    }

    static TestBlob of(byte[] content, Algorithm algorithm) {
        ChunkLayout layout = ChunkLayout.forSize(content.length);
        ChainHasher hasher = ChainHasher.forAlgorithm(algorithm);
        List<ChainState> states = new ArrayList<>(List.of(hasher.initial()));
        for (int chunk = 0; chunk < layout.count() - 1; chunk++) {
            states.add(hasher.advance(states.getLast(), layout.offset(chunk), slice(content, layout, chunk)));
        }
        return new TestBlob(content, Digest.of(algorithm, hash(algorithm.javaName(), content)), layout, states);
    }

    byte[] content() {
        return content.clone();
    }

    int size() {
        return content.length;
    }

    Digest digest() {
        return digest;
    }

    ChunkLayout layout() {
        return layout;
    }

    List<ChainState> states() {
        return states;
    }

    /** True states, vouched for by somebody; the store does not look at signatures. */
    SignedStates signed(String signer, int first, int end) {
        return new SignedStates(new HostId(signer), first, first, states.subList(first, end),
                Bytes.of(signer.getBytes(StandardCharsets.UTF_8)));
    }

    BlobKey key() {
        return new BlobKey(REGISTRY, digest);
    }

    BlobKey keyAt(String registry) {
        return new BlobKey(registry, digest);
    }

    int count() {
        return layout.count();
    }

    int last() {
        return layout.count() - 1;
    }

    ByteBuffer chunk(int chunk) {
        return slice(content, layout, chunk);
    }

    ByteBuffer damagedChunk(int chunk) {
        ByteBuffer bytes = ByteBuffer.allocate(layout.length(chunk)).put(chunk(chunk)).flip();
        return bytes.put(bytes.limit() / 2, (byte) ~bytes.get(bytes.limit() / 2));
    }

    Bytes chunkHash(int chunk) {
        byte[] bytes = new byte[layout.length(chunk)];
        chunk(chunk).get(bytes);
        return Bytes.of(hash("SHA-256", bytes));
    }

    private static ByteBuffer slice(byte[] content, ChunkLayout layout, int chunk) {
        return ByteBuffer.wrap(content, (int) layout.offset(chunk), layout.length(chunk)).slice();
    }

    private static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
