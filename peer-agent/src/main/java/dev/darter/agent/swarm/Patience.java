package dev.darter.agent.swarm;

import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.HostId;

/** What a host does about a blob when others don't: no scheduler answers, nobody brings what is missing, nobody reads it any more. */
final class Patience {

    /** A scheduler that has not answered by then is as good as none, for the time being. */
    private static final long SCHEDULER_NANOS = 50_000_000L;
    /** A scheduler whose link is up is busy rather than lost: going to the origin beside the host that it chooses would cost every byte twice. */
    private static final long BUSY_SCHEDULER_NANOS = 1_000_000_000L;
    private static final long STARVED_NANOS = 1_000_000_000L;
    /** What is queued at others brings nothing for so long, then it counts as not coming. */
    private static final long QUEUED_NANOS = 15_000_000_000L;
    /** A chunk that was stored can be served when somebody vouches for it, within so long; one that was dropped with the chain it rested on never. */
    private static final long UNSERVED_NANOS = 5_000_000_000L;
    /** What was read in parts is offered to others so long after its last reader: processes on other hosts come to read the same parts later. */
    private static final long PARTS_LINGER_NANOS = 3_600_000_000_000L;
    /** Runtimes hang up and come back; a download goes on so long without a reader. */
    private static final long LINGER_NANOS = 30_000_000_000L;
    /** A holder without a caller's credentials, or that reads parts only and none now, keeps the lease so long: others may want more. */
    private static final long NO_CALLER_NANOS = 2_000_000_000L;

    private final Swarm swarm;
    private final Complaints complaints;
    private final RankedReading ranked;
    private long joinedAt;
    private boolean isAnswered;
    private long lastGain;
    private long unreadSince;
    private long noCallerSince;

    Patience(Swarm swarm) {
        this.swarm = swarm;
        this.complaints = new Complaints(swarm);
        this.ranked = new RankedReading(swarm);
    }

    void begun() {
        complaints.gained();
    }

    void joined() {
        joinedAt = swarm.host.now;
        lastGain = swarm.host.now;
        isAnswered = false;
        ranked.reset();
        complaints.heeded();
    }

    void answered() {
        isAnswered = true;
        complaints.heeded();
        if (!complaints.areInVain(swarm.host.now)) {
            ranked.reset();
        }
    }

    void gained() {
        lastGain = swarm.host.now;
        complaints.gained();
    }

    void silent(HostId host) {
        complaints.silent(host);
    }

    /** What a host sent as the last chunk does not end the chain. */
    void unclosed(HostId host) {
        complaints.unclosed(host);
    }

    void tick() {
        long now = swarm.host.now;
        if (swarm.pace.sinceLastGain(now) < now - lastGain) {
            gained();
        }
        stopWhenNobodyReads(now);
        giveLeaseBackUnused(now);
        if (swarm.phase() != Swarm.Phase.DOWNLOADING) {
            return;
        }
        if (!swarm.readers.wantRest() && !swarm.isAnythingWaitedFor()) {
            return;
        }
        boolean isComing = isSomethingComing(now);
        if (!isComing && now - lastGain > UNSERVED_NANOS) {
            swarm.askAgainForUnserved();
        }
        boolean isScheduled = swarm.host.cluster.isLinked && isAnswered;
        if (isScheduled && !swarm.origin.isHolder() && !isComing) {
            complaints.review(now, lastGain);
        }
        if (isScheduled ? complaints.areUnheeded(now) : now - joinedAt > schedulerNanos()) {
            ranked.review(now, firstTurn(), lastGain, isComing);
        }
    }

    /** With a single chunk there is nothing to gain while a scheduler is busy: who has it could be asked, and following all costs more than it. */
    private long schedulerNanos() {
        boolean isBusy = swarm.host.cluster.isLinked && swarm.isSized() && swarm.layout().count() == 1;
        return isBusy ? BUSY_SCHEDULER_NANOS : SCHEDULER_NANOS;
    }

    /** Whether a request may still bring something. What has begun to come and does not end has been given up before: {@link Withdrawals}. */
    private boolean isSomethingComing(long now) {
        return swarm.underway.countStarted() > 0 || (!swarm.underway.isEmpty() && now - lastGain < QUEUED_NANOS);
    }

    /** When the host of the highest rank may go to the origin. */
    private long firstTurn() {
        if (lastGain > joinedAt || isAnswered) {
            return lastGain + STARVED_NANOS;
        }
        return joinedAt + (swarm.host.cluster.isLinked ? BUSY_SCHEDULER_NANOS : SCHEDULER_NANOS);
    }

    private void stopWhenNobodyReads(long now) {
        if (!swarm.readers.isEmpty() || unreadSince == 0) {
            unreadSince = now;
        } else if (now - unreadSince > (swarm.readers.wantRest() ? LINGER_NANOS : PARTS_LINGER_NANOS)) {
            swarm.leave(Outcome.GIVEN_UP);
        }
    }

    private void giveLeaseBackUnused(long now) {
        // What was asked for while the caller was there may be read to its end.
        boolean mayRead = swarm.readers.canReadOrigin() && swarm.readers.wantRest();
        if (!swarm.origin.isHolder() || mayRead || swarm.origin.isReading() || swarm.origin.alone.isBusy()) {
            noCallerSince = 0;
        } else if (noCallerSince == 0) {
            noCallerSince = now;
        } else if (now - noCallerSince > NO_CALLER_NANOS) {
            swarm.origin.giveBack(Outcome.GIVEN_UP, 0);
        }
    }
}
