package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;

/** One blob between this host and one neighbour, in both directions. */
final class Trade {

    private static final long FIRST_STALL_NANOS = 10_000_000_000L;
    private static final int MOST_DOUBLINGS = 5;

    final Neighbour neighbour;
    /** Chunks that can be had there. */
    final ChunkSet has = new ChunkSet();
    /** What it says that can be had there, of a blob of another size than this one is known to have; or its size is not known here yet. */
    private final ChunkSet said = new ChunkSet();
    private long saidSize = -1;
    /** What it has not been told yet of what can be had here. */
    final ChunkSet untold = new ChunkSet();
    /** Chunks that it, or somebody below it, waits for and can't find anywhere. */
    final ChunkSet wants = new ChunkSet();
    /** Its way to the root in each stripe, where it said so. */
    private final List<@Nullable List<HostId>> ancestors = new ArrayList<>();
    private final List<Long> lastNamed = new ArrayList<>();
    /** Stripes in which it is a child of this host. */
    final ChunkSet childStripes = new ChunkSet();
    /** Chunks that came damaged. */
    final ChunkSet bad = new ChunkSet();
    /** Chunks that it did not have after all, or that could not be verified: worth another try some time. */
    final ChunkSet doubtful = new ChunkSet();
    private final Map<Integer, Long> avoided = new HashMap<>();
    /** Until when nothing is asked for there, because what had begun to come did not end; 0 while there is no such time. */
    private long stalledUntil;
    private int stalls;
    /** It asked to be told of gains. */
    boolean follows;
    /** This host asked to be told of gains. */
    boolean isFollowed;
    /** The scheduler has named it as who has the only chunk. */
    boolean isSource;
    /** It has said since then what it has, or where it stands. */
    boolean isAnswered;

    Trade(Neighbour neighbour) {
        this.neighbour = neighbour;
    }

    /** Notes chunks that can't be used before it is known here that the blob has this size. */
    void say(long size, ChunkSet chunks) {
        if (size != saidSize) {
            said.clear();
            saidSize = size;
        }
        said.addAll(chunks);
    }

    /** What it said for this size: it counts from now on. */
    ChunkSet takeSaid(long size) {
        ChunkSet taken = size == saidSize ? said.copy() : new ChunkSet();
        said.removeAll(taken);
        return taken;
    }

    /** The blob is not of this size: what was offered for it does not count. */
    void unsize(long size) {
        ChunkSet offered = has.copy();
        has.removeAll(offered);
        bad.clear();
        forgive();
        wants.clear();
        avoided.clear();
        if (!offered.isEmpty()) {
            say(size, offered);
        }
    }

    boolean offers(int chunk) {
        return stalledUntil == 0 && has.contains(chunk) && !bad.contains(chunk) && !doubtful.contains(chunk);
    }

    /** It has these chunks (again): what was wrong with them before counts no longer. */
    void gained(ChunkSet chunks) {
        has.addAll(chunks);
        wants.removeAll(chunks);
        bad.removeAll(chunks);
        doubtful.removeAll(chunks);
    }

    /** It has these chunks no longer; returns those that it had. */
    ChunkSet lost(ChunkSet chunks) {
        ChunkSet gone = has.copy();
        has.removeAll(chunks);
        said.removeAll(chunks);
        gone.removeAll(has);
        return gone;
    }

    /** What it could not bring is asked for once more. */
    void forgive() {
        doubtful.clear();
    }

    /** A chunk began to come and did not end: for some time, longer each time, what it offers does not count. */
    void stalled(long now) {
        stalledUntil = now + (FIRST_STALL_NANOS << Math.min(stalls++, MOST_DOUBLINGS));
    }

    boolean isStalled() {
        return stalledUntil != 0;
    }

    /** Lets it have another try when its time has come. */
    void review(long now) {
        if (stalledUntil != 0 && now >= stalledUntil) {
            stalledUntil = 0;
        }
    }

    /** It brought a chunk. */
    void brought() {
        stalls = 0;
    }

    /** A request for a chunk was taken back: others are asked first. */
    void avoid(int chunk, long untilNanos) {
        avoided.put(chunk, untilNanos);
    }

    /** Whether it offers a chunk and was not asked in vain just now. */
    boolean isGoodFor(int chunk, long now) {
        return offers(chunk) && (avoided.isEmpty() || avoided.getOrDefault(chunk, now) <= now);
    }

    void path(int stripe, List<HostId> path) {
        while (ancestors.size() <= stripe) {
            ancestors.add(null);
        }
        ancestors.set(stripe, path);
    }

    /** The way to the root, nearest first; null where nothing was said. */
    @Nullable
    List<HostId> path(int stripe) {
        return stripe < ancestors.size() ? ancestors.get(stripe) : null;
    }

    /** Whether the neighbour said that it stands above everybody in this stripe. */
    boolean isRoot(int stripe) {
        List<HostId> path = path(stripe);
        return path != null && path.isEmpty();
    }

    /** Notes that it gained chunks of a stripe. */
    void named(int stripe, long now) {
        while (lastNamed.size() <= stripe) {
            lastNamed.add(Long.MIN_VALUE / 2);
        }
        lastNamed.set(stripe, now);
    }

    /** When it last gained chunks of a stripe; long ago where it never did. */
    long lastNamed(int stripe) {
        return stripe < lastNamed.size() ? lastNamed.get(stripe) : Long.MIN_VALUE / 2;
    }
}
