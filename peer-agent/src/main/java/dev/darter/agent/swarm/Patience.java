package dev.darter.agent.swarm;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.HostId;

/** What a host does about a blob when others don't: no scheduler answers, nobody brings what is missing, nobody reads it any more. */
final class Patience {

    /** A scheduler that has not answered by then is as good as none, for the time being. */
    private static final long SCHEDULER_NANOS = 50_000_000L;
    /** A scheduler whose link is up is busy rather than lost: going to the origin beside the host that it chooses would cost every byte twice. */
    private static final long BUSY_SCHEDULER_NANOS = 1_000_000_000L;
    private static final long STARVED_NANOS = 1_000_000_000L;
    private static final long FIRST_COMPLAINT_NANOS = 1_500_000_000L;
    private static final long LONGEST_COMPLAINT_NANOS = 20_000_000_000L;
    /** Runtimes hang up and come back; a download goes on so long without a reader. */
    private static final long LINGER_NANOS = 30_000_000_000L;
    /** What is queued at others brings nothing for so long, then it counts as not coming. */
    private static final long QUEUED_NANOS = 15_000_000_000L;
    /** A scheduler that says nothing about the blob for so long, though it was told that the host is stuck, is as good as none. */
    private static final long UNHEEDED_NANOS = 6_000_000_000L;
    private static final int RANK_NEIGHBOURS = 8;
    /** So long the origin is left alone for the sake of neighbours that have not said yet what they have. */
    private static final long NEIGHBOUR_NANOS = 2_000_000_000L;
    /** So long a host that stands higher, and wants the blob as well, is given to begin. It may be without credentials. */
    private static final long PRECEDENCE_NANOS = 3_000_000_000L;
    /** A registry that has sent nothing for so long is asked by the next in rank. */
    private static final long ORIGIN_SILENT_NANOS = 30_000_000_000L;
    /** A holder without a caller's credentials keeps the lease so long, in case the caller comes back. */
    private static final long NO_CALLER_NANOS = 2_000_000_000L;

    private final Swarm swarm;
    private final Set<HostId> silent = new LinkedHashSet<>();
    private final Set<HostId> doubted = new LinkedHashSet<>();
    private boolean isAtDeadEnd;
    private long joinedAt;
    private boolean isAnswered;
    private long lastGain;
    private long lastComplaint;
    private long complaintAfter = FIRST_COMPLAINT_NANOS;
    /** Since when the scheduler has known that this host is stuck, and said nothing; 0 while there is no such time. */
    private long unheededSince;
    private long unreadSince;
    private long noCallerSince;
    private boolean isRanked;
    private long rankedAt;
    private long rankDelay;
    private List<HostId> highest = List.of();
    private int rank;

    Patience(Swarm swarm) {
        this.swarm = swarm;
    }

    void joined() {
        joinedAt = swarm.host.now;
        isAnswered = false;
        isRanked = false;
        unheededSince = 0;
        lastGain = swarm.host.now;
    }

    void answered() {
        isAnswered = true;
        isRanked = false;
        unheededSince = 0;
    }

    void gained() {
        lastGain = swarm.host.now;
        complaintAfter = FIRST_COMPLAINT_NANOS;
        unheededSince = 0;
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

    void tick() {
        long now = swarm.host.now;
        if (swarm.pace.sinceLastGain(now) < now - lastGain) {
            gained();
        }
        stopWhenNobodyReads(now);
        giveLeaseBackWithoutCaller(now);
        if (swarm.phase() != Swarm.Phase.DOWNLOADING) {
            return;
        }
        boolean isScheduled = swarm.host.cluster.isLinked && isAnswered;
        if (isScheduled) {
            complain(now);
        }
        if (isScheduled ? isUnheeded(now) : now - joinedAt > SCHEDULER_NANOS) {
            helpYourself(now);
        }
    }

    private void stopWhenNobodyReads(long now) {
        if (!swarm.readers.isEmpty()) {
            unreadSince = now;
        } else if (unreadSince == 0) {
            unreadSince = now;
        } else if (now - unreadSince > LINGER_NANOS) {
            swarm.leave(Outcome.GIVEN_UP);
        }
    }

    /** Tells the scheduler when nothing has come, and nothing is coming, for longer than a repair of one's own takes. */
    private void complain(long now) {
        if (swarm.origin.isHolder() || isSomethingComing(now)) {
            return;
        }
        if (isAtDeadEnd && swarm.firstHole() >= 0) {
            tellStuck();
        } else if (now - Math.max(lastGain, lastComplaint) >= complaintAfter && !hasLivelyParents()) {
            lastComplaint = now;
            complaintAfter = Math.min(LONGEST_COMPLAINT_NANOS, complaintAfter * 2);
            // By now keys or states may have come that tell what is true.
            swarm.trades.values().forEach(Trade::forgive);
            tellStuck();
        }
    }

    /** Whether a request may still bring something. What has begun to come and does not end has been given up before: {@link Withdrawals}. */
    private boolean isSomethingComing(long now) {
        return swarm.underway.countStarted() > 0 || (!swarm.underway.isEmpty() && now - lastGain < QUEUED_NANOS);
    }

    /** Whether the scheduler does nothing about it that this host is stuck, though its link is up. */
    private boolean isUnheeded(long now) {
        return unheededSince != 0 && now - unheededSince > UNHEEDED_NANOS;
    }

    private void tellStuck() {
        isAtDeadEnd = false;
        unheededSince = unheededSince == 0 ? swarm.host.now : unheededSince;
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
            return swarm.parents.count() > 0 && swarm.parents.usable(0).isPresent();
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

    private void giveLeaseBackWithoutCaller(long now) {
        // What was asked for while the caller was there may be read to its end.
        if (!swarm.origin.isHolder() || swarm.readers.canReadOrigin() || swarm.origin.isReading()) {
            noCallerSince = 0;
        } else if (noCallerSince == 0) {
            noCallerSince = now;
        } else if (now - noCallerSince > NO_CALLER_NANOS) {
            swarm.origin.giveBack(Outcome.GIVEN_UP, 0);
        }
    }

    /**
     * Without a scheduler: links with those who rank high for this blob, hears what they have, and reads the origin when its turn comes and
     * nobody else does.
     */
    private void helpYourself(long now) {
        if (!isRanked) {
            rank();
        }
        long start = lastGain > joinedAt || isAnswered ? lastGain + STARVED_NANOS : joinedAt + schedulerNanos();
        boolean isFed = isSomethingComing(now) || swarm.origin.isHolder() || (seesReader() && now - lastGain < ORIGIN_SILENT_NANOS);
        if (now >= start + (isPreceded() ? PRECEDENCE_NANOS : rankDelay) && !isFed && !isNewsDue(now) && swarm.readers.canReadOrigin()
                && !swarm.host.cluster.isThrottled(swarm.blob.registry(), now)) {
            swarm.parents.leaveAll();
            swarm.origin.takeByRank();
            swarm.parents.tellPaths(null);
        }
    }

    private long schedulerNanos() {
        return swarm.host.cluster.isLinked ? BUSY_SCHEDULER_NANOS : SCHEDULER_NANOS;
    }

    private void rank() {
        isRanked = true;
        rankedAt = swarm.host.now;
        List<HostId> ranking = swarm.host.cluster.ranking(swarm.blob);
        rank = Math.max(0, ranking.indexOf(swarm.host.self()));
        rankDelay = OriginRank.delayNanos(rank, swarm.host.random);
        highest = List.copyOf(ranking.subList(0, Math.min(RANK_NEIGHBOURS, ranking.size())));
        highest.forEach(host -> swarm.host.cluster.find(host).ifPresent(swarm.links::link));
    }

    /** Whether one of the highest in rank, asked what it has and whether it reads, has neither answered nor gone. */
    private boolean isNewsDue(long now) {
        return now - rankedAt < NEIGHBOUR_NANOS
                && highest.stream().map(swarm.trades::get).anyMatch(trade -> trade != null && !trade.isAnswered);
    }

    /** Whether a host that stands higher wants the blob as well: it follows this one. */
    private boolean isPreceded() {
        return highest.subList(0, Math.min(rank, highest.size()))
                .stream()
                .map(swarm.trades::get)
                .anyMatch(trade -> trade != null && trade.follows && trade.neighbour.isUsable());
    }

    /** Whether a neighbour that can be reached stands on a root: then what is missing is on its way. */
    private boolean seesReader() {
        return swarm.trades.values().stream().anyMatch(trade -> trade.neighbour.isUsable() && !trade.isStalled() && trade.isRoot(0));
    }
}
