package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.darter.protocol.AgentMessage.Join;
import dev.darter.protocol.AgentMessage.LeaseEnd;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.AgentMessage.LeaseProgress;
import dev.darter.protocol.AgentMessage.Moved;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** The hosts that want one blob: where each stands in the trees, and who reads the origin. Gone when nobody waits any more. */
final class BlobSwarm {

    /** A holder of a lease speaks at least every 300 ms. */
    private static final long HOLDER_SILENT_NANOS = 1_000_000_000L;
    /** Registries that fetch from elsewhere first are slow to start; a living holder may wait so long. */
    private static final long ORIGIN_SILENT_MILLIS = 30_000;

    /** A liar that doubts all who read the origin must not keep the blob from the others. */
    private static final int BELIEVED_DOUBTS = 2;
    /** JSON's numbers are exact up to 2^53. */
    private static final long EPOCHS = 1L << 48;

    private final BlobKey blob;
    private final Cluster cluster;
    private final Map<HostId, Participant> participants = new LinkedHashMap<>();
    private final List<HostId> order = new ArrayList<>();
    private final int trees;
    private final ZonedForest forest;
    private final UploadShares shares;
    private final Handouts handouts;
    private final OriginLease lease;
    private final ReaderPace readerPace;
    private final Set<HostId> silentHolders = new LinkedHashSet<>();
    private final Complaints complaints = new Complaints();
    /** Whose copy does not end the chain, somebody says, until they say anew that they have it. */
    private final Set<HostId> doubtedHolders = new LinkedHashSet<>();
    private final Set<HostId> stale = new LinkedHashSet<>();
    /** How often each host has doubted others here. */
    private final Map<HostId, Integer> doubts = new HashMap<>();
    private List<HostId> heirs = List.of();
    private long size = -1;
    private final OriginTroubles troubles = new OriginTroubles();
    private int waiting;
    /** Somebody had the blob when this was last looked up, and nothing has happened since. */
    private boolean isFed;

    BlobSwarm(BlobKey blob, Cluster cluster) {
        this.blob = blob;
        this.cluster = cluster;
        this.trees = cluster.membership().areRatesDifferent() ? cluster.shape().treesWhereRatesDiffer() : cluster.shape().trees();
        this.forest = new ZonedForest(trees);
        this.shares = new UploadShares(trees);
        this.handouts = new Handouts(blob, cluster);
        this.lease = new OriginLease(cluster.random().nextLong(EPOCHS));
        this.readerPace = new ReaderPace(lease, shares);
    }

    /** Whether somebody still downloads. */
    boolean isWanted() {
        return waiting > 0;
    }

    /** What this swarm knows of its sources may be wrong from now on. */
    void touch() {
        isFed = false;
    }

    /** Who waits for the blob here, or has it since it waited. */
    Collection<HostId> participants() {
        return participants.keySet();
    }

    boolean hasGrantedLease() {
        return lease.isGranted();
    }

    void join(HostId host, String zone, Join join, long now) {
        size = Math.max(size, join.size());
        heard(host);
        Participant participant = participants.get(host);
        boolean isNew = participant == null || participant.complete;
        if (participant == null) {
            participant = new Participant(host, zone);
            participants.put(host, participant);
            order.add(host);
            shares.add(cluster.membership().find(host).orElseThrow());
            shares.measured(host, cluster.membership().measured(host));
        }
        participant.canReadOrigin = join.canReadOrigin();
        participant.failedAtOrigin = false;
        participant.told = null;
        if (isNew) {
            waiting++;
            participant.complete = false;
            if (Handouts.isFor(join.size())) {
                handouts.add(host, zone);
            } else {
                MeshChoice.choose(participant, blob, order, cluster);
                bringSeeds();
            }
        } else if (handouts.contains(host)) {
            handouts.repeat(host);
        }
        stale.add(host);
        considerLease(now);
        if (isNew && !lease.isHeldBy(host) && !handouts.contains(host)) {
            forest.join(host, zone, shares.slots(host), stale);
        }
        tellIfThrottled(host, now);
        preferFast(participant, now);
        fit();
        flush();
        if (isNew) {
            handouts.tellToWait(host);
        }
    }

    private void fit() {
        if (shares.hasShifted()) {
            order.forEach(it -> forest.fit(it, shares.slots(it), stale));
        }
    }

    /** A host has measured what its uplink carries. */
    void measured(HostId host, long bytesPerSecond, long now) {
        shares.measured(host, bytesPerSecond);
        moveLeaseIfBehind(now);
        fit();
        forest.fit(host, shares.slots(host), stale);
        flush();
    }

    /** To one of whom it is not known that it is slow; where all are slow it would go round, and each move costs time. */
    private void moveLeaseIfBehind(long now) {
        if (!readerPace.isTooSlow()) {
            return;
        }
        Participant holder = java.util.Objects.requireNonNull(participants.get(lease.holder()));
        List<HostId> children = forest.children(holder.host);
        boolean isBetter = LeaseChoice.choose(children, participants, it -> !shares.isBehindOrigin(it))
                .filter(it -> !shares.isBehindOrigin(it.host))
                .isPresent();
        if (isBetter) {
            readerPace.moved();
            heirs = children;
            cluster.outbox().tell(holder.host, new SchedulerMessage.Revoke(blob, lease.epoch()));
            lease.revoke();
            forest.join(holder.host, holder.zone, shares.slots(holder.host), stale);
            considerLease(now);
        }
    }

    /** A reader that is known to be slow would hold up everybody: all bytes pass it. */
    private void preferFast(Participant newcomer, long now) {
        if (lease.isGranted() && !shares.isFast(lease.holder()) && shares.isFast(newcomer.host) && LeaseChoice.canRead(newcomer)) {
            Participant holder = java.util.Objects.requireNonNull(participants.get(lease.holder()));
            cluster.outbox().tell(holder.host, new SchedulerMessage.Revoke(blob, lease.epoch()));
            lease.revoke();
            forest.join(holder.host, holder.zone, shares.slots(holder.host), stale);
            considerLease(now);
        }
    }

    /** A host stops before it has all. */
    void leave(HostId host, long now) {
        Participant participant = participants.remove(host);
        if (participant == null) {
            return;
        }
        order.remove(host);
        shares.remove(host);
        handouts.remove(host);
        silentHolders.remove(host);
        waiting -= participant.complete ? 0 : 1;
        boolean wasHolder = lease.isHeldBy(host);
        if (wasHolder) {
            heirs = forest.children(host);
            lease.free();
        }
        forest.leave(host, stale);
        considerLease(now);
        flush();
    }

    /** A host that only seeded is gone, or has the blob no more. */
    void seedLost(HostId host, long now) {
        forest.leave(host, stale);
        handouts.lost(host);
        considerLease(now);
        flush();
    }

    void holds(HostId host, long size) {
        this.size = size;
        doubtedHolders.remove(host);
        Participant participant = participants.get(host);
        if (participant != null && !participant.complete) {
            participant.complete = true;
            waiting--;
            handouts.remove(host);
            if (lease.isHeldBy(host)) {
                lease.done();
            }
        }
        forest.complete(host, stale);
        flush();
    }

    void moved(HostId host, Moved moved) {
        forest.moved(host, moved.stripe(), moved.to(), stale);
        Participant participant = participants.get(host);
        if (participant != null) {
            participant.told = null;
        }
        flush();
    }

    /** A host can't go on: who did not deliver to it is nobody's parent until it is heard again, and counts as no source. */
    void stuck(HostId host, Set<HostId> silent, Set<HostId> doubted, long now) {
        if (!doubted.isEmpty() && doubts.merge(host, 1, Integer::sum) <= BELIEVED_DOUBTS) {
            doubted.forEach(this::doubt);
        }
        silent.forEach(suspect -> silent(suspect, now));
        Participant participant = participants.get(host);
        if (participant != null) {
            participant.told = null;
            MeshChoice.choose(participant, blob, order, cluster);
            stale.add(host);
            if (handouts.contains(host)) {
                handouts.remove(host);
                forest.join(host, participant.zone, shares.slots(host), stale);
            }
        }
        if (!lease.isGranted()) {
            lease.free();
        }
        bringSeeds();
        considerLease(now);
        flush();
    }

    /** Somebody says that a host's copy, or what it reads, does not end the chain: it is no source, and another one reads. */
    private void doubt(HostId suspect) {
        if (cluster.holdings().holds(suspect, blob)) {
            doubtedHolders.add(suspect);
            touch();
            forest.leave(suspect, stale);
        }
        Participant reader = participants.get(suspect);
        if (reader != null && lease.isHeldBy(suspect)) {
            cluster.outbox().tell(suspect, new SchedulerMessage.Revoke(blob, lease.epoch()));
            reader.failedAtOrigin = true;
            lease.revoke();
        }
    }

    /** Somebody hears nothing of a host: it loses its place if it is not heard here either, or if a living one still does not deliver later. */
    private void silent(HostId suspect, long now) {
        boolean isHeard = now - cluster.membership().lastHeard(suspect) < HOLDER_SILENT_NANOS;
        Participant participant = participants.get(suspect);
        if (participant != null && !participant.complete) {
            if (!isHeard) {
                suspend(participant);
            }
        } else if (forest.contains(suspect) || cluster.holdings().holds(suspect, blob)) {
            if (!isHeard || complaints.isSecond(suspect, now)) {
                silentHolders.add(suspect);
                touch();
                cluster.silenced().add(suspect, blob);
                forest.leave(suspect, stale);
            }
        }
    }

    /** A host that was silent speaks again. */
    void heard(HostId host) {
        silentHolders.remove(host);
        Participant participant = participants.get(host);
        if (participant != null && participant.suspended) {
            participant.suspended = false;
            forest.join(host, participant.zone, shares.slots(host), stale);
            flush();
        }
    }

    void progress(HostId host, LeaseProgress progress, long now) {
        Participant participant = participants.get(host);
        if (participant == null) {
            return;
        }
        heard(host);
        // One that was granted and taken back here is over, even if its holder has not heard of it yet.
        if (lease.isFree() && !hasSource() && lease.isForeign(progress.epoch())) {
            adoptLease(participant, progress.epoch(), now);
        }
        if (!lease.isHeldBy(host, progress.epoch())) {
            cluster.outbox().tell(host, new SchedulerMessage.Revoke(blob, progress.epoch()));
            considerLease(now);
            flush();
            return;
        }
        lease.sign(progress.key()).ifPresent(this::tellKey);
        size = Math.max(size, progress.size());
        progressed(progress.boundary());
        readerPace.progressed(size, now);
        moveLeaseIfBehind(now);
        if (lease.isGranted() && progress.originSilentMillis() > ORIGIN_SILENT_MILLIS) {
            cluster.outbox().tell(host, new SchedulerMessage.Revoke(blob, progress.epoch()));
            originFailed(participant, Outcome.UNAVAILABLE, now);
        }
        flush();
    }

    void leaseEnd(HostId host, LeaseEnd end, long now) {
        Participant participant = participants.get(host);
        if (participant == null || !lease.isHeldBy(host, end.epoch())) {
            return;
        }
        progressed(end.boundary());
        switch (end.outcome()) {
            case DONE -> lease.done();
            case DENIED, UNAVAILABLE -> originFailed(participant, end.outcome(), now);
            case GIVEN_UP -> {
                participant.canReadOrigin = false;
                handOver(participant, now);
            }
            case THROTTLED -> throttled(participant, end.retryAfterMillis(), now);
            case FALSE_CHAIN -> falseChain(participant, end.boundary(), now);
        }
        flush();
    }

    void tick(long now) {
        if (lease.isGranted()) {
            Participant holder = participants.get(lease.holder());
            if (holder != null && now - Math.max(lease.since(), cluster.membership().lastHeard(holder.host)) > HOLDER_SILENT_NANOS) {
                cluster.outbox().tell(holder.host, new SchedulerMessage.Revoke(blob, lease.epoch()));
                heirs = forest.children(holder.host);
                lease.revoke();
                suspend(holder);
            }
        }
        considerLease(now);
        flush();
    }

    private void suspend(Participant participant) {
        participant.suspended = true;
        cluster.silenced().add(participant.host, blob);
        if (lease.isHeldBy(participant.host)) {
            heirs = forest.children(participant.host);
            lease.free();
        }
        forest.leave(participant.host, stale);
    }

    private void progressed(int boundary) {
        if (boundary > lease.boundary()) {
            lease.progress(boundary);
            troubles.progressed();
        }
    }

    private void originFailed(Participant holder, Outcome outcome, long now) {
        holder.failedAtOrigin = true;
        troubles.failed(outcome);
        handOver(holder, now);
    }

    /** The holder stays in the swarm as an ordinary host. */
    private void handOver(Participant holder, long now) {
        heirs = forest.children(holder.host);
        lease.free();
        forest.join(holder.host, holder.zone, shares.slots(holder.host), stale);
        considerLease(now);
    }

    private void throttled(Participant holder, long retryAfterMillis, long now) {
        cluster.throttles().throttle(blob.registry(), now + retryAfterMillis * 1_000_000);
        SchedulerMessage throttle = new SchedulerMessage.Throttle(blob.registry(), retryAfterMillis);
        cluster.membership().all().forEach(member -> cluster.outbox().tell(member, throttle));
        handOver(holder, now);
        if (troubles.throttledTooLong(retryAfterMillis, now)) {
            tellUnobtainable(Outcome.THROTTLED, retryAfterMillis);
        }
    }

    /** Either an earlier holder lied, then this one reads the doubtful part again, or what this one read is false, then another one does. */
    private void falseChain(Participant holder, int firstDoubtful, long now) {
        List<VouchKey> withdrawn = lease.withdrawKeys(firstDoubtful);
        SchedulerMessage keys = new SchedulerMessage.Keys(blob, List.of(), withdrawn);
        participants.keySet().forEach(host -> cluster.outbox().tell(host, keys));
        holder.failedAtOrigin = withdrawn.stream().allMatch(key -> key.signer().equals(holder.host));
        heirs = holder.failedAtOrigin ? heirs : List.of(holder.host);
        lease.free();
        forest.join(holder.host, holder.zone, shares.slots(holder.host), stale);
        if (troubles.tooManyFalseChains()) {
            tellUnobtainable(Outcome.FALSE_CHAIN, 0);
            return;
        }
        // Where nobody else can read, the same host does: it may have been the registry that sent a false byte.
        holder.failedAtOrigin &= LeaseChoice.choose(heirs, participants, shares::isFast).isPresent();
        considerLease(now);
    }

    /** Grants the lease where somebody waits, nobody has the blob, and the registry may be asked. */
    private void considerLease(long now) {
        if (!lease.isFree() || waiting == 0 || !cluster.settling().isOver(now) || hasSource()
                || cluster.throttles().isThrottled(blob.registry(), now)) {
            return;
        }
        Optional<Participant> chosen = LeaseChoice.choose(heirs, participants, shares::isFast);
        if (chosen.isPresent()) {
            grant(chosen.get(), now);
        } else {
            troubles.takeLast().ifPresent(failure -> tellUnobtainable(failure, 0));
        }
    }

    private void grant(Participant to, long now) {
        lease.grant(to, now);
        readerPace.begun();
        heirs = List.of();
        handouts.remove(to.host);
        forest.root(to.host, to.zone, shares.slots(to.host), stale);
        cluster.outbox().tell(to.host, new SchedulerMessage.Lease(blob, lease.epoch(), lease.boundary()));
    }

    private void adoptLease(Participant holder, long epoch, long now) {
        lease.adopt(holder, epoch, now);
        handouts.remove(holder.host);
        readerPace.adopted();
        forest.root(holder.host, holder.zone, shares.slots(holder.host), stale);
    }

    private void tellKey(VouchKey key) {
        SchedulerMessage keys = new SchedulerMessage.Keys(blob, List.of(key), List.of());
        participants.keySet().forEach(host -> cluster.outbox().tell(host, keys));
    }

    private boolean hasSource() {
        isFed = isFed || cluster.holdings().holders(blob).stream().anyMatch(this::isGood);
        return isFed;
    }

    private boolean isGood(HostId holder) {
        return !silentHolders.contains(holder) && !doubtedHolders.contains(holder);
    }

    /** Complete holders outside of the swarm take part: as many as there are hosts to feed, and a few more for the first ones. */
    private void bringSeeds() {
        int wanted = waiting + trees;
        for (HostId host : cluster.holdings().holders(blob)) {
            if (wanted <= 0) {
                return;
            }
            if (forest.contains(host)) {
                wanted--;
            } else if (isGood(host)) {
                wanted--;
                cluster.membership()
                        .find(host)
                        .ifPresent(hello -> forest.seed(host, hello.self().zone(), trees, stale));
            }
        }
    }

    /** Who comes while the registry has asked for a long pause is told so, unless somebody is reading or has the blob. */
    private void tellIfThrottled(HostId host, long now) {
        long remainingMillis = cluster.throttles().remainingMillis(blob.registry(), now);
        if (remainingMillis > OriginTroubles.PATIENCE_MILLIS && lease.isFree() && !hasSource()) {
            cluster.outbox().tell(host, new SchedulerMessage.Unobtainable(blob, Outcome.THROTTLED, remainingMillis));
        }
    }

    private void tellUnobtainable(Outcome reason, long retryAfterMillis) {
        SchedulerMessage message = new SchedulerMessage.Unobtainable(blob, reason, retryAfterMillis);
        for (Participant participant : participants.values()) {
            participant.failedAtOrigin = false;
            if (!participant.complete) {
                cluster.outbox().tell(participant.host, message);
            }
        }
    }

    /** Tells their places to all whose parents changed, and to those who wait for a blob of one chunk whom to ask. */
    private void flush() {
        handouts.handOut(this::isGood);
        for (HostId host : stale) {
            Participant participant = participants.get(host);
            if (participant == null || participant.complete || participant.suspended || handouts.contains(host)) {
                continue;
            }
            SchedulerMessage.Place place = placeOf(participant);
            if (!place.equals(participant.told)) {
                participant.told = place;
                cluster.outbox().tell(host, place);
            }
        }
        stale.clear();
    }

    private SchedulerMessage.Place placeOf(Participant participant) {
        List<Optional<HostId>> parents = forest.parents(participant.host);
        Set<HostId> near = new LinkedHashSet<>();
        parents.forEach(parent -> parent.ifPresent(near::add));
        near.addAll(participant.mesh);
        List<Member> neighbours = new ArrayList<>();
        near.forEach(host -> cluster.membership().find(host).ifPresent(hello -> neighbours.add(hello.self())));
        return new SchedulerMessage.Place(blob, size, parents, neighbours, shares.slots(participant.host), lease.keys());
    }
}
