package dev.darter.store;

import java.nio.ByteBuffer;

import dev.darter.protocol.ChainState;

/** The eight words of a state, 32 bits each for SHA-256 and 64 for SHA-512, where a hash function keeps them. */
sealed interface StateWords {

    /** Overwrites the words. */
    void set(ChainState state);

    /** Copies the words. */
    ChainState get();

    static StateWords of(Object array) {
        return switch (array) {
            case int[] words when words.length == 8 -> new Ints(words);
            case long[] words when words.length == 8 -> new Longs(words);
            default -> throw new IllegalArgumentException("No words of a state: " + array.getClass().getSimpleName());
        };
    }

    /** SHA-256's. */
    final class Ints implements StateWords {

        private final int[] words;

        Ints(int[] words) {
            this.words = words;
        }

        @Override
        public void set(ChainState state) {
            ByteBuffer.wrap(state.bytes()).asIntBuffer().get(words);
        }

        @Override
        public ChainState get() {
            byte[] bytes = new byte[Integer.BYTES * words.length];
            ByteBuffer.wrap(bytes).asIntBuffer().put(words);
            return ChainState.of(bytes);
        }
    }

    /** SHA-512's. */
    final class Longs implements StateWords {

        private final long[] words;

        Longs(long[] words) {
            this.words = words;
        }

        @Override
        public void set(ChainState state) {
            ByteBuffer.wrap(state.bytes()).asLongBuffer().get(words);
        }

        @Override
        public ChainState get() {
            byte[] bytes = new byte[Long.BYTES * words.length];
            ByteBuffer.wrap(bytes).asLongBuffer().put(words);
            return ChainState.of(bytes);
        }
    }
}
