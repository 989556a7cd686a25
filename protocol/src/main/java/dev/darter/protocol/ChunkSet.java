package dev.darter.protocol;

import java.util.BitSet;
import java.util.function.IntConsumer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A set of chunk numbers of one blob; written as ranges, {@code 0-12,15}. Mutable and not thread-safe. */
public final class ChunkSet {

    /** No blob has more chunks than this: 16 TiB. A limit, because a peer's few characters must not fill this host's memory. */
    public static final int MAX_CHUNKS = 1 << 22;

    private final BitSet bits;

    /** An empty set. */
    public ChunkSet() {
        this(new BitSet());
    }

    private ChunkSet(BitSet bits) {
        this.bits = bits;
    }

    /** All numbers from {@code from} to {@code to - 1}. */
    public static ChunkSet ofRange(int from, int to) {
        ChunkSet set = new ChunkSet();
        set.bits.set(from, to);
        return set;
    }

    /** Just these numbers. */
    public static ChunkSet of(int... chunks) {
        ChunkSet set = new ChunkSet();
        for (int chunk : chunks) {
            set.bits.set(chunk);
        }
        return set;
    }

    /** Reads what {@link #toString} writes; anything else is an {@link IllegalArgumentException}. */
    @JsonCreator
    public static ChunkSet parse(String text) {
        ChunkSet set = new ChunkSet();
        if (text.isEmpty()) {
            return set;
        }
        // Ranges that overlap would cost this host the whole set for each few characters.
        int least = 0;
        for (String range : text.split(",", -1)) {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            if (first < least || last < first || last >= MAX_CHUNKS) {
                throw new IllegalArgumentException("'" + range + "' is not a range of chunks");
            }
            set.bits.set(first, last + 1);
            // The next one doesn't touch it: both would have been written as one.
            least = last + 2;
        }
        return set;
    }

    /** Adds a number; true when it was not there. */
    public boolean add(int chunk) {
        boolean added = !bits.get(chunk);
        bits.set(chunk);
        return added;
    }

    /** Removes a number. */
    public void remove(int chunk) {
        bits.clear(chunk);
    }

    /** Adds all of another set. */
    public void addAll(ChunkSet other) {
        bits.or(other.bits);
    }

    /** Removes all of another set. */
    public void removeAll(ChunkSet other) {
        bits.andNot(other.bits);
    }

    /** Removes all. */
    public void clear() {
        bits.clear();
    }

    /** Whether a number is in the set. */
    public boolean contains(int chunk) {
        return chunk >= 0 && bits.get(chunk);
    }

    /** How many numbers are in the set. */
    public int size() {
        return bits.cardinality();
    }

    /** Whether no number is in the set. */
    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /** The first number in the set that isn't below {@code from}, or -1. */
    public int next(int from) {
        return bits.nextSetBit(from);
    }

    /** The first number not in the set that isn't below {@code from}. */
    public int nextMissing(int from) {
        return bits.nextClearBit(from);
    }

    /** The highest number plus one; 0 when empty. */
    public int end() {
        return bits.length();
    }

    /** Calls for each number in ascending order. */
    public void forEach(IntConsumer action) {
        for (int chunk = bits.nextSetBit(0); chunk >= 0; chunk = bits.nextSetBit(chunk + 1)) {
            action.accept(chunk);
        }
    }

    /** A set of its own with the same numbers. */
    public ChunkSet copy() {
        return new ChunkSet((BitSet) bits.clone());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    @JsonValue
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0;) {
            int end = bits.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                text.append('-').append(end - 1);
            }
            first = bits.nextSetBit(end);
        }
        return text.toString();
    }
}
