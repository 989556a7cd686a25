package dev.darter.protocol;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes random messages of every kind, by the types of their record components. */
final class RandomMessages {

    private final RandomGenerator random;

    RandomMessages(RandomGenerator random) {
        this.random = random;
    }

    /** One message of each kind of a sealed interface. */
    <M> List<M> oneOfEach(Class<M> sealed) throws ReflectiveOperationException {
        List<M> messages = new ArrayList<>();
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            messages.add(sealed.cast(value(kind)));
        }
        return messages;
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return container((Class<?>) generic.getRawType(), generic.getActualTypeArguments()[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == int.class) {
            return random.nextInt(1 << 20);
        } else if (plain == long.class) {
            return random.nextLong() >> random.nextInt(64);
        } else if (plain == boolean.class) {
            return random.nextBoolean();
        } else if (plain == String.class) {
            return text("zone \"\\\u00e4\u6f22\ud83d\ude80\n/:1a", 12);
        } else if (plain == Bytes.class) {
            return Bytes.of(bytes(random.nextInt(70)));
        } else if (plain == ChainState.class) {
            return ChainState.of(bytes(random.nextBoolean() ? 32 : 64));
        } else if (plain == Digest.class) {
            Digest.Algorithm algorithm = random.nextBoolean() ? Digest.Algorithm.SHA256 : Digest.Algorithm.SHA512;
            return Digest.of(algorithm, bytes(algorithm.byteLength()));
        } else if (plain == HostId.class) {
            return new HostId("h" + text("abcXYZ019._-", 127));
        } else if (plain == BlobKey.class) {
            return new BlobKey("https://r" + text("abc.:/019", 20) + "x", (Digest) value(Digest.class));
        } else if (plain == ChunkSet.class) {
            return chunkSet();
        } else if (plain.isEnum()) {
            Object[] constants = plain.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        return record(plain);
    }

    private Object record(Class<?> type) throws ReflectiveOperationException {
        Type[] types = Arrays.stream(type.getRecordComponents()).map(component -> component.getGenericType()).toArray(Type[]::new);
        Class<?>[] raw = Arrays.stream(type.getRecordComponents()).map(component -> component.getType()).toArray(Class[]::new);
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = bounded(type, type.getRecordComponents()[i].getName()).orElse(value(types[i]));
        }
        Constructor<?> constructor = type.getDeclaredConstructor(raw);
        return constructor.newInstance(values);
    }

    /** Numbers that a message checks when it is made. */
    private Optional<Object> bounded(Class<?> message, String component) {
        return switch (component) {
            case "stripe" -> Optional.of(random.nextInt(PeerMessage.MAX_STRIPES));
            case "millis", "retryAfterMillis" -> Optional.of(random.nextLong(AgentMessage.LONGEST_PAUSE_MILLIS + 1));
            case "uploadBytesPerSecond", "originSilentMillis" ->
                Optional.of(random.nextLong() >>> (1 + random.nextInt(63)));
            case "layout" -> Optional.of(1);
            case "size" -> Optional.of(message == PeerMessage.Have.class ? (1L << 36) + random.nextInt() : random.nextLong(1L << 40) - 1);
            default -> Optional.empty();
        };
    }

    private Object container(Class<?> raw, Type element) throws ReflectiveOperationException {
        if (raw == Optional.class) {
            return random.nextBoolean() ? Optional.of(value(element)) : Optional.empty();
        }
        List<Object> elements = new ArrayList<>();
        for (int count = random.nextInt(5); count > 0; count--) {
            elements.add(value(element));
        }
        return raw == List.class ? elements : new LinkedHashSet<>(elements);
    }

    private ChunkSet chunkSet() {
        ChunkSet set = new ChunkSet();
        for (int count = random.nextInt(6); count > 0; count--) {
            int from = random.nextInt(5000);
            set.addAll(ChunkSet.ofRange(from, from + 1 + random.nextInt(3)));
        }
        return set;
    }

    private String text(String alphabet, int maxLength) {
        int[] letters = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(maxLength + 1); length > 0; length--) {
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
