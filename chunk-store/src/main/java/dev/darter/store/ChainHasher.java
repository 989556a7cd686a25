package dev.darter.store;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.function.Supplier;

import org.slf4j.LoggerFactory;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest;
import dev.darter.protocol.Digest.Algorithm;

/**
 * Walks along a blob's digest chain: from the state before some bytes to the state after them, or to the digest itself. Thread-safe; bytes are
 * hashed on the calling thread.
 */
public final class ChainHasher {

    private static final ChainHasher SHA256 = fastest(Algorithm.SHA256);
    private static final ChainHasher SHA512 = fastest(Algorithm.SHA512);

    private final Algorithm algorithm;
    private final ChainState initial;
    private final Supplier<StateDigest> digests;

    ChainHasher(Algorithm algorithm, Supplier<StateDigest> digests) {
        this.algorithm = algorithm;
        this.initial = PortableStateDigest.initial(algorithm);
        this.digests = digests;
    }

    /** The fastest way that this JDK offers. */
    public static ChainHasher forAlgorithm(Algorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> SHA256;
            case SHA512 -> SHA512;
        };
    }

    /** The state at boundary 0. */
    public ChainState initial() {
        return initial;
    }

    /** The state after these bytes, all of the remaining ones, a multiple of 128; {@code bytesBefore} of the blob lead to {@code before}. */
    public ChainState advance(ChainState before, long bytesBefore, ByteBuffer bytes) {
        if (bytes.remaining() % 128 != 0) {
            throw new IllegalArgumentException("There is no state inside a block: " + bytes.remaining() + " bytes");
        }
        StateDigest digest = digests.get();
        digest.restore(before, bytesBefore);
        digest.update(bytes);
        return digest.state();
    }

    /** The digest of a blob that ends with these bytes, all of the remaining ones. */
    public Digest finish(ChainState before, long bytesBefore, ByteBuffer bytes) {
        StateDigest digest = digests.get();
        digest.restore(before, bytesBefore);
        digest.update(bytes);
        return Digest.of(algorithm, digest.finish());
    }

    static ChainHasher portable(Algorithm algorithm) {
        return new ChainHasher(algorithm, () -> PortableStateDigest.of(algorithm));
    }

    /** Fails where the JDK keeps its state to itself. */
    static ChainHasher ofJdk(Algorithm algorithm) throws ReflectiveOperationException, NoSuchAlgorithmException {
        JdkStateDigest.Fields fields = new JdkStateDigest.Fields(algorithm);
        return new ChainHasher(algorithm, () -> {
            try {
                return new JdkStateDigest(fields);
            } catch (ReflectiveOperationException | NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static ChainHasher fastest(Algorithm algorithm) {
        ChainHasher portable = portable(algorithm);
        try {
            ChainHasher jdk = ofJdk(algorithm);
            // Fields of the right name may have another meaning in another JDK: believe them only after a trial over two chunks.
            return agree(jdk, portable) ? jdk : portable;
        } catch (ReflectiveOperationException | NoSuchAlgorithmException | RuntimeException e) {
            LoggerFactory.getLogger(ChainHasher.class)
                    .warn("This JDK hides the state of {}: chunks are verified by the portable implementation, which is slower",
                            algorithm.javaName(), e);
            return portable;
        }
    }

    private static boolean agree(ChainHasher one, ChainHasher other) {
        byte[] bytes = new byte[1024];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        ChainState middle = one.advance(one.initial(), 0, ByteBuffer.wrap(bytes));
        return middle.equals(other.advance(other.initial(), 0, ByteBuffer.wrap(bytes)))
                && one.finish(middle, 1024, ByteBuffer.wrap(bytes, 0, 1000))
                        .equals(other.finish(middle, 1024, ByteBuffer.wrap(bytes, 0, 1000)));
    }
}
