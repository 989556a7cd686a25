package dev.darter.agent.swarm;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;

/** Who on this host reads one blob, and where each of them is. Any number of readers are one download. */
final class Readers {

    private record Reader(long next, long end, boolean canReadOrigin) {}

    private final Map<Long, Reader> readers = new LinkedHashMap<>();

    void opened(long reader, long from, long to, boolean canReadOrigin) {
        readers.put(reader, new Reader(from, to < 0 ? Long.MAX_VALUE : to, canReadOrigin));
    }

    void moved(long reader, long offset) {
        readers.computeIfPresent(reader, (_, before) -> new Reader(offset, before.end(), before.canReadOrigin()));
    }

    /** A download begins: its readers are told after it, and those of an earlier one need not have said that they are gone. */
    void clear() {
        readers.clear();
    }

    void closed(long reader) {
        readers.remove(reader);
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** Whether somebody reads a part only: he waits for just that, whatever else comes. */
    boolean isLazy() {
        return readers.values().stream().anyMatch(reader -> reader.end() != Long.MAX_VALUE);
    }

    /** Whether somebody is here whose credentials the origin may accept. */
    boolean canReadOrigin() {
        return readers.values().stream().anyMatch(Reader::canReadOrigin);
    }

    /**
     * The chunks that readers wait for, or soon will: the next missing one of each, those of lazy readers (who read a part only) first.
     */
    int[] wanted(ChunkLayout layout, ChunkSet mine) {
        return readers.values()
                .stream()
                .filter(reader -> reader.next() < Math.min(layout.blobSize(), reader.end()))
                .sorted((a, b) -> Long.compare(a.end() == Long.MAX_VALUE ? Long.MAX_VALUE : a.end() - a.next(),
                        b.end() == Long.MAX_VALUE ? Long.MAX_VALUE : b.end() - b.next()))
                .mapToInt(reader -> nextMissing(reader, layout, mine))
                .filter(chunk -> chunk >= 0)
                .distinct()
                .toArray();
    }

    private static int nextMissing(Reader reader, ChunkLayout layout, ChunkSet mine) {
        int chunk = mine.nextMissing(layout.chunkAt(reader.next()));
        return chunk < layout.count() && layout.offset(chunk) < reader.end() ? chunk : -1;
    }
}
