package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;

/** Who on this host reads one blob, and where each of them is. Any number of readers are one download. */
final class Readers {

    private record Reader(long next, long end, boolean canReadOrigin, boolean isAhead) {

        /** Whether it reads a part only: it waits for just that, whatever else comes. */
        boolean isLazy() {
            return end != Long.MAX_VALUE;
        }
    }

    private final Map<Long, Reader> readers = new LinkedHashMap<>();
    /** Whether all who have read so far wanted parts and nothing else. */
    private boolean onlyParts;
    private boolean hasRead;

    void opened(Event.ReaderOpened opened) {
        Reader reader = new Reader(opened.from(), opened.to() < 0 ? Long.MAX_VALUE : opened.to(), opened.canReadOrigin(), opened.isAhead());
        readers.put(opened.reader(), reader);
        boolean wantsPartOnly = reader.isLazy() && !opened.wantsRest();
        onlyParts = wantsPartOnly && (onlyParts || !hasRead);
        hasRead = true;
    }

    void moved(long reader, long offset) {
        readers.computeIfPresent(reader, (_, before) -> new Reader(offset, before.end(), before.canReadOrigin(), before.isAhead()));
    }

    /** A download begins: its readers are told after it, and those of an earlier one need not have said that they are gone. */
    void clear() {
        readers.clear();
        onlyParts = false;
        hasRead = false;
    }

    void closed(long reader) {
        readers.remove(reader);
    }

    /** Whether more than the parts that are read is wanted: since somebody wanted it, until the download ends; runtimes hang up and come back. */
    boolean wantRest() {
        return !onlyParts;
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** Whether somebody is here whose credentials the origin may accept. */
    boolean canReadOrigin() {
        return readers.values().stream().anyMatch(Reader::canReadOrigin);
    }

    /** The next missing chunk of each who reads to the end. */
    List<Integer> next(ChunkLayout layout, ChunkSet arrived) {
        List<Integer> next = new ArrayList<>(readers.size());
        for (Reader reader : readers.values()) {
            if (!reader.isLazy() && reader.next() < layout.blobSize()) {
                int chunk = arrived.nextMissing(layout.chunkAt(reader.next()));
                if (chunk < layout.count() && !next.contains(chunk)) {
                    next.add(chunk);
                }
            }
        }
        return next;
    }

    /** Whether somebody waits for just a part. */
    boolean areLazy() {
        for (Reader reader : readers.values()) {
            if (reader.isLazy()) {
                return true;
            }
        }
        return false;
    }

    /** Adds the missing chunks of those who read a part only, in the order in which they are read; they wait for just these. */
    void addWaitedFor(ChunkLayout layout, ChunkSet arrived, Set<Integer> to, int most) {
        addOfParts(layout, arrived, to, most, false);
    }

    /** Adds the missing chunks of parts that are read ahead of time. */
    void addReadAhead(ChunkLayout layout, ChunkSet arrived, Set<Integer> to, int most) {
        addOfParts(layout, arrived, to, most, true);
    }

    private void addOfParts(ChunkLayout layout, ChunkSet arrived, Set<Integer> to, int most, boolean ahead) {
        for (Reader reader : readers.values()) {
            if (!reader.isLazy() || reader.isAhead() != ahead) {
                continue;
            }
            long end = Math.min(layout.blobSize(), reader.end());
            for (int chunk = arrived.nextMissing(layout.chunkAt(reader.next())); chunk < layout.count() && layout.offset(chunk) < end
                    && to.size() < most; chunk = arrived.nextMissing(chunk + 1)) {
                to.add(chunk);
            }
        }
    }
}
