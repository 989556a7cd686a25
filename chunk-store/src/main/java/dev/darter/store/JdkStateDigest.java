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

        /** Fails where this JDK is another than the one this class was written for, or does not open the packages. */
        Fields(Algorithm algorithm) throws ReflectiveOperationException, NoSuchAlgorithmException {
            this.algorithm = algorithm;
            MessageDigest digest = MessageDigest.getInstance(algorithm.javaName());
            // Cloneable implementations are wrapped in a subclass of the delegate that has the field.
            Class<?> delegate = digest.getClass();
            provider = open(digest instanceof Cloneable ? delegate.getSuperclass() : delegate, "digestSpi");
            Class<?> type = provider.get(digest).getClass();
            state = open(type.getSuperclass(), "state");
            bytesProcessed = open(type.getSuperclass().getSuperclass(), "bytesProcessed");
        }

        private static Field open(Class<?> type, String name) throws ReflectiveOperationException {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        }
    }

    private final MessageDigest digest;
    private final Object spi;
    private final StateWords words;
    private final Field bytesProcessed;

    JdkStateDigest(Fields fields) throws ReflectiveOperationException, NoSuchAlgorithmException {
        digest = MessageDigest.getInstance(fields.algorithm.javaName());
        spi = fields.provider.get(digest);
        words = StateWords.of(fields.state.get(spi));
        bytesProcessed = fields.bytesProcessed;
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

    @Override
    public void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    @Override
    public ChainState state() {
        return words.get();
    }

    @Override
    public byte[] finish() {
        return digest.digest();
    }
}
