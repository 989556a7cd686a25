package dev.darter.store;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.Digest.Algorithm;

/**
 * The JDK's own hash function, which is fast because the processor has instructions for it, with its private state laid open. Needs
 * {@code --add-opens} of {@code java.base/sun.security.provider} and {@code java.base/java.security}, which the main jar's manifest asks for.
 */
final class JdkStateDigest implements StateDigest {

    /** Where the provider of one algorithm keeps its state. Fields of the JDK are looked up once. */
    static final class Fields {

        private final Algorithm algorithm;
        private final Field provider;
        private final Field state;
        private final Field bytesProcessed;
        private final Field buffered;

        /** Fails where this JDK is another than the one this class was written for, or does not open the packages. */
        Fields(Algorithm algorithm) throws ReflectiveOperationException, NoSuchAlgorithmException {
            this.algorithm = algorithm;
            MessageDigest digest = MessageDigest.getInstance(algorithm.javaName());
            // Cloneable implementations are wrapped in a subclass of the delegate that has the field.
            Class<?> delegate = digest.getClass();
            provider = open(digest instanceof Cloneable ? delegate.getSuperclass() : delegate, "digestSpi");
            Class<?> type = provider.get(digest).getClass();
            state = open(type, "state");
            bytesProcessed = open(type, "bytesProcessed");
            buffered = open(type, "bufOfs");
        }

        /** Looks in the superclasses as well: some of the JDK's digests can be cloned and are wrapped once more. */
        private static Field open(Class<?> type, String name) throws NoSuchFieldException {
            for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
                for (Field field : owner.getDeclaredFields()) {
                    if (field.getName().equals(name)) {
                        field.setAccessible(true);
                        return field;
                    }
                }
            }
            throw new NoSuchFieldException(type.getName() + "." + name);
        }
    }

    private final MessageDigest digest;
    private final Object spi;
    private final StateWords words;
    private final Field bytesProcessed;
    private final Field buffered;

    JdkStateDigest(Fields fields) throws ReflectiveOperationException, NoSuchAlgorithmException {
        digest = MessageDigest.getInstance(fields.algorithm.javaName());
        spi = fields.provider.get(digest);
        words = StateWords.of(fields.state.get(spi));
        bytesProcessed = fields.bytesProcessed;
        buffered = fields.buffered;
    }

    @Override
    public void restore(ChainState state, long bytesBefore) {
        try {
            digest.reset();
            words.set(state);
            bytesProcessed.setLong(spi, bytesBefore);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The last byte goes by itself: where the compiled loop over blocks is an intrinsic, some of them (SHA-512 on AVX-512) leave the last block
     * of an exact multiple in the buffer, so that the digest comes out right but the state is one block behind. A block that a single byte
     * completes is never left behind.
     */
    @Override
    public void update(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            int end = bytes.limit();
            digest.update(bytes.limit(end - 1));
            digest.update(bytes.limit(end));
        }
    }

    @Override
    public ChainState state() {
        try {
            if (buffered.getInt(spi) != 0) {
                throw new IllegalStateException("There is no state inside a block");
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return words.get();
    }

    @Override
    public byte[] finish() {
        return digest.digest();
    }
}
