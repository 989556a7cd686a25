package dev.darter.agent.blob;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.SignedChunk;
import dev.darter.protocol.SignedStates;

/**
 * The signatures that came with the chain of one blob, kept as they were given: who has a chunk passes them on with it, so that the next host
 * believes the reader of the origin and not this one. Not thread-safe.
 */
final class ChainBook {

    private final TreeMap<Integer, SignedStates> byBoundary = new TreeMap<>();
    private final TreeMap<Integer, SignedChunk> lone = new TreeMap<>();

    /** Keeps states whose signature is good; a boundary that has one already keeps it. */
    void add(SignedStates signed) {
        for (int i = 0; i < signed.states().size(); i++) {
            byBoundary.putIfAbsent(signed.firstBoundary() + i, signed);
        }
    }

    /** Keeps the signed hash of a chunk that is not in the chain yet. */
    void add(SignedChunk signed) {
        lone.putIfAbsent(signed.chunk(), signed);
    }

    /** What a host needs to verify these chunks: the states before and after each. */
    List<SignedStates> statesFor(ChunkSet chunks) {
        LinkedHashSet<SignedStates> wanted = new LinkedHashSet<>();
        chunks.forEach(chunk -> {
            at(chunk).ifPresent(wanted::add);
            at(chunk + 1).ifPresent(wanted::add);
        });
        return List.copyOf(wanted);
    }

    /** The signed hashes of those of these chunks that are not in the chain. */
    List<SignedChunk> loneAmong(ChunkSet chunks) {
        return lone.values().stream().filter(signed -> chunks.contains(signed.chunk())).toList();
    }

    /** The signed hash of a chunk that came without the state before it. */
    Optional<SignedChunk> lone(int chunk) {
        return Optional.ofNullable(lone.get(chunk));
    }

    /** Forgets the signed hashes of chunks that are like this; returns the chunks. */
    List<Integer> takeLone(Predicate<? super SignedChunk> like) {
        List<Integer> taken = lone.values().stream().filter(like).map(SignedChunk::chunk).toList();
        taken.forEach(lone::remove);
        return taken;
    }

    /** Those of these chunks that another host can verify: a crash may have come between the last states and their signatures. */
    ChunkSet passable(ChunkSet chunks, int count) {
        ChunkSet passable = new ChunkSet();
        chunks.forEach(chunk -> {
            boolean isBounded = (chunk == 0 || at(chunk).isPresent()) && (chunk + 1 == count || at(chunk + 1).isPresent());
            if (isBounded || lone(chunk).isPresent()) {
                passable.add(chunk);
            }
        });
        return passable;
    }

    /** Everything, in the order of the boundaries. */
    List<SignedStates> states() {
        return List.copyOf(new LinkedHashSet<>(byBoundary.values()));
    }

    /** What was signed about the states from a boundary on, in their order. */
    List<SignedStates> from(int boundary) {
        return List.copyOf(new LinkedHashSet<>(byBoundary.tailMap(boundary).values()));
    }

    /** Who vouched for the state at a boundary. */
    Optional<SignedStates> at(int boundary) {
        return Optional.ofNullable(byBoundary.get(boundary));
    }

    /** The first boundary whose state was signed like this. */
    OptionalInt first(Predicate<? super SignedStates> like) {
        return byBoundary.entrySet().stream().filter(entry -> like.test(entry.getValue())).mapToInt(Map.Entry::getKey).findFirst();
    }

    /**
     * Forgets the states from a boundary on, and with them those before that were signed together with one of them; also what was signed of chunks
     * that stand alone behind it.
     */
    void rewind(int boundary) {
        lone.tailMap(Math.max(0, boundary - 1)).clear();
        byBoundary.values().removeIf(signed -> signed.firstBoundary() + signed.states().size() > boundary);
    }
}
