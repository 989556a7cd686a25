package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * Neighbours that follow blobs with which this host has nothing to do yet. They are told once it begins them; until then a line here is all that
 * they cost, and each neighbour has a limited number of lines, because it costs nothing to name blobs.
 */
final class EarlyFollowers {

    /** What one neighbour waits for at a time; the oldest makes room. A host that pulls so much at once hears of the rest from the scheduler. */
    static final int MOST_OF_ONE = 256;

    private final Map<HostId, Set<BlobKey>> blobs = new LinkedHashMap<>();

    void add(HostId follower, BlobKey blob) {
        Set<BlobKey> followed = blobs.computeIfAbsent(follower, _ -> new LinkedHashSet<>());
        followed.remove(blob);
        followed.add(blob);
        if (followed.size() > MOST_OF_ONE) {
            followed.remove(followed.iterator().next());
        }
    }

    void remove(HostId follower, BlobKey blob) {
        Set<BlobKey> followed = blobs.get(follower);
        if (followed != null && followed.remove(blob) && followed.isEmpty()) {
            blobs.remove(follower);
        }
    }

    void forget(HostId follower) {
        blobs.remove(follower);
    }

    boolean contains(HostId follower) {
        return blobs.containsKey(follower);
    }

    boolean contains(BlobKey blob) {
        return blobs.values().stream().anyMatch(followed -> followed.contains(blob));
    }

    /** Removes and returns those that follow a blob. */
    List<HostId> take(BlobKey blob) {
        List<HostId> followers = new ArrayList<>();
        blobs.forEach((follower, followed) -> {
            if (followed.contains(blob)) {
                followers.add(follower);
            }
        });
        followers.forEach(follower -> remove(follower, blob));
        return followers;
    }
}
