package dev.darter.agent.swarm;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;

/** Another host with which this one has, or wants, a control link: what is known of it over all blobs. */
final class Neighbour {

    /** A link that carries nothing for so long, while something is awaited, belongs to a silent host. */
    private static final long LEAST_SILENCE_NANOS = 600_000_000L;

    final HostId host;
    final RequestWindow window = new RequestWindow();
    /** Requests under way there, in the order in which they were asked. */
    final Map<Long, Request> requests = new LinkedHashMap<>();
    /** Blobs that are traded, or wanted to be, over this link. */
    final Set<BlobKey> blobs = new LinkedHashSet<>();
    Member member;
    boolean isUp;
    boolean isSilent;
    long lastHeard;
    long queuedBytes;
    int freeSlots = 1;
    long uploadBytesPerSecond;
    int corruptChunks;
    /** Since when no blob is traded over the link. */
    long idleSince;

    Neighbour(Member member) {
        this.host = member.host();
        this.member = member;
    }

    /** Whether it makes sense to ask this host for anything. */
    boolean isUsable() {
        return isUp && !isSilent;
    }

    /** Whether one more chunk of a blob may be asked for. */
    boolean hasWindow(Swarm swarm) {
        return hasWindow(swarm, 0);
    }

    /**
     * The same where the window may be exceeded by so many requests. Urgent blobs do not wait for others to leave room, and neither does a blob
     * of which nothing is under way: what is new of others would fill the window again and again.
     */
    boolean hasWindow(Swarm swarm, int beyond) {
        return swarm.urgency() == Urgency.URGENT || swarm.underway.isEmpty() || requests.size() < window.size(swarm.chunkBytes()) + beyond;
    }

    /** Whether a chunk of a blob for which somebody waits was asked for here and has not come yet. */
    boolean isAskedUrgently(Swarm swarm) {
        for (Request request : requests.values()) {
            if (request.isUrgent && request.swarm == swarm) {
                return true;
            }
        }
        return false;
    }

    void heard(long now) {
        lastHeard = now;
        isSilent = false;
    }

    /** Whether this host, asked for something, has said nothing for several times as long as it usually does. */
    boolean isTooQuiet(long now) {
        if (requests.isEmpty()) {
            return false;
        }
        long since = Math.max(lastHeard, requests.values().iterator().next().askedAt);
        return now - since > LEAST_SILENCE_NANOS;
    }
}
