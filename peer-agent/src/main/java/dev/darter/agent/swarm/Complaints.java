package dev.darter.agent.swarm;

import java.util.LinkedHashSet;
import java.util.Set;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.HostId;

/** Tells the scheduler when a host is stuck: nothing has come, and nothing is coming, for longer than a repair of its own takes. */
final class Complaints {

    private static final long FIRST_NANOS = 1_500_000_000L;
    private static final long LONGEST_NANOS = 20_000_000_000L;
    /** A scheduler that says nothing about the blob for so long, though it was told that the host is stuck, is as good as none. */
    private static final long UNHEEDED_NANOS = 6_000_000_000L;
    /** Nor is one whose answers have brought nothing for so long: longer than it leaves the lease to a host whose registry is silent. */
    private static final long IN_VAIN_NANOS = 40_000_000_000L;

    private final Swarm swarm;
    private final Set<HostId> silent = new LinkedHashSet<>();
    private final Set<HostId> doubted = new LinkedHashSet<>();
    private boolean isAtDeadEnd;
    private long last;
    private long pause = FIRST_NANOS;
    /** Since when the scheduler has known that this host is stuck, and said nothing; 0 while there is no such time. */
    private long unheededSince;
    /** Since when this host has been stuck, whatever the scheduler has said to it; 0 while it is not. */
    private long stuckSince;

    Complaints(Swarm swarm) {
        this.swarm = swarm;
    }

    /** The scheduler has said something, or is asked anew. */
    void heeded() {
        unheededSince = 0;
    }

    /** The blob is begun, or something has come: there is nothing to complain of. */
    void gained() {
        pause = FIRST_NANOS;
        unheededSince = 0;
        stuckSince = 0;
        silent.clear();
        doubted.clear();
    }

    void silent(HostId host) {
        silent.add(host);
    }

    /** What a host sent as the last chunk does not end the chain. */
    void unclosed(HostId host) {
        isAtDeadEnd |= doubted.add(host);
    }

    /** Whether the scheduler does nothing about it that this host is stuck, though its link is up, or nothing that helps. */
    boolean areUnheeded(long now) {
        return areInVain(now) || (unheededSince != 0 && now - unheededSince > UNHEEDED_NANOS);
    }

    /** Whether nothing has come of all that the scheduler has said. */
    boolean areInVain(long now) {
        return stuckSince != 0 && now - stuckSince > IN_VAIN_NANOS;
    }

    /** Complains where it is time to; nothing is coming. */
    void review(long now, long lastGain) {
        if (isAtDeadEnd && swarm.firstHole() >= 0) {
            tellStuck(now);
        } else if (now - Math.max(lastGain, last) >= pause && !hasLivelyParents()) {
            last = now;
            pause = Math.min(LONGEST_NANOS, pause * 2);
            // By now keys or states may have come that tell what is true, and who was silent may answer, or have more than it is known to have.
            swarm.trades.values().forEach(Trade::forgive);
            swarm.links.followAnew();
            tellStuck(now);
        }
    }

    private void tellStuck(long now) {
        isAtDeadEnd = false;
        unheededSince = unheededSince == 0 ? now : unheededSince;
        stuckSince = stuckSince == 0 ? now : stuckSince;
        swarm.host.out.tellScheduler(new AgentMessage.Stuck(swarm.blob, suspects(), doubted));
    }

    /** Who may have what is missing, and does not bring it: those that fell silent since the last gain, and those that have been silent for longer. */
    private Set<HostId> suspects() {
        Set<HostId> suspects = new LinkedHashSet<>(silent);
        swarm.trades.values()
                .stream()
                .map(trade -> trade.neighbour)
                .filter(neighbour -> !neighbour.isUsable())
                .forEach(it -> suspects.add(it.host));
        return suspects;
    }

    /** Whether every stripe has a parent that is there and has not passed over anything that is missing here. */
    private boolean hasLivelyParents() {
        int trees = swarm.parents.count();
        if (trees == 0 || !swarm.isSized()) {
            return trees > 0 && swarm.parents.usable(0).isPresent();
        }
        for (int stripe = 0; stripe < trees; stripe++) {
            Trade parent = swarm.parents.usable(stripe).orElse(null);
            int first = swarm.arrived.nextMissing(0);
            int missing = first + Math.floorMod(stripe - first, trees);
            if (parent == null || (missing < swarm.layout().count() && !swarm.arrived.contains(missing) && parent.has.next(missing) >= 0)) {
                return false;
            }
        }
        return true;
    }
}
