package dev.darter.agent.swarm;

import java.util.Arrays;

import dev.darter.protocol.ChunkSet;

/** How many neighbours offer each chunk of a blob, and since when anybody does. */
final class Availability {

    private static final long NEVER = Long.MAX_VALUE;

    private int[] offers = new int[0];
    private long[] namedAt = new long[0];
    /** Chunks that somebody offers. */
    final ChunkSet offered = new ChunkSet();

    /** A neighbour offers a chunk; true when it is the first one. */
    boolean named(int chunk, long now) {
        if (chunk >= offers.length) {
            int length = Math.max(chunk + 1, offers.length * 2);
            int before = offers.length;
            offers = Arrays.copyOf(offers, length);
            namedAt = Arrays.copyOf(namedAt, length);
            Arrays.fill(namedAt, before, length, NEVER);
        }
        if (offers[chunk]++ == 0) {
            namedAt[chunk] = now;
            offered.add(chunk);
            return true;
        }
        return false;
    }

    void lost(ChunkSet chunks) {
        chunks.forEach(chunk -> {
            if (chunk < offers.length && offers[chunk] > 0 && --offers[chunk] == 0) {
                namedAt[chunk] = NEVER;
                offered.remove(chunk);
            }
        });
    }

    /** Forgets everything: the blob is cut into other chunks than was thought. */
    void clear() {
        offers = new int[0];
        namedAt = new long[0];
        offered.clear();
    }

    int offers(int chunk) {
        return chunk < offers.length ? offers[chunk] : 0;
    }

    /** When the first of those who offer it now did so; the end of time where nobody does. */
    long namedAt(int chunk) {
        return chunk < namedAt.length ? namedAt[chunk] : NEVER;
    }
}
