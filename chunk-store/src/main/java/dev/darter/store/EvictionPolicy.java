package dev.darter.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Least recently used first, between two watermarks: nothing is deleted until the high one would be passed, and then down to the low one, so that
 * deleting doesn't happen with every new blob. Pure.
 */
record EvictionPolicy(long quotaBytes, long highBytes, long lowBytes) {

    static EvictionPolicy of(StoreOptions options) {
        long quota = options.quotaBytes();
        return new EvictionPolicy(quota, (long) (quota * options.highWatermark()), (long) (quota * options.lowWatermark()));
    }

    /** Something that may be deleted. */
    record Candidate<T>(T item, long bytes, Instant lastUsed) {}

    /** Whether so much more can be taken before anything has to be deleted. */
    boolean hasRoom(long usedBytes, long neededBytes) {
        return usedBytes + neededBytes <= highBytes;
    }

    /**
     * What to delete before {@code neededBytes} are taken.
     *
     * @return an empty list when there is room; nothing when there would be none even after deleting all candidates, so that no blob is given up
     *         for one that can't be stored anyway
     */
    <T> Optional<List<Candidate<T>>> victims(List<Candidate<T>> candidates, long usedBytes, long neededBytes) {
        if (hasRoom(usedBytes, neededBytes)) {
            return Optional.of(List.of());
        }
        long wanted = usedBytes + neededBytes;
        List<Candidate<T>> victims = new ArrayList<>();
        for (Candidate<T> candidate : candidates.stream().sorted(Comparator.comparing(Candidate::lastUsed)).toList()) {
            if (wanted <= lowBytes) {
                break;
            }
            victims.add(candidate);
            wanted -= candidate.bytes();
        }
        // A blob between low watermark and quota is taken as long as it fits at all.
        return wanted <= quotaBytes ? Optional.of(victims) : Optional.empty();
    }
}
