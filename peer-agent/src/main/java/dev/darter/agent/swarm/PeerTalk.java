package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** What neighbours say and send, handed to the swarms that it is about. */
final class PeerTalk {

    private static final long QUIET_PARENT_NANOS = 1_600_000_000L;
    private static final long IDLE_LINK_NANOS = 60_000_000_000L;
    private static final long SILENT_ANSWER_NANOS = 500_000_000L;

    private final Host host;
    private final Function<BlobKey, Swarm> swarmOf;
    private final Map<BlobKey, Swarm> swarms;
    private final Predicate<BlobKey> isHeld;
    private final EarlyFollowers early = new EarlyFollowers();

    /** @param swarmOf the swarm of a blob that is wanted or held here, made where there is none */
    PeerTalk(Host host, Function<BlobKey, Swarm> swarmOf, Map<BlobKey, Swarm> swarms, Predicate<BlobKey> isHeld) {
        this.host = host;
        this.isHeld = isHeld;
        this.swarmOf = swarmOf;
        this.swarms = swarms;
    }

    void up(Member member) {
        if (host.cluster.isShunned(member.host())) {
            host.out.add(new Command.Disconnect(member.host()));
            return;
        }
        Neighbour neighbour = host.neighbours.computeIfAbsent(member.host(), _ -> new Neighbour(member));
        neighbour.member = member;
        neighbour.isUp = true;
        neighbour.idleSince = host.now;
        neighbour.heard(host.now);
        swarms.values().forEach(swarm -> swarm.links.up(neighbour));
    }

    void down(HostId peer) {
        Neighbour neighbour = host.neighbours.remove(peer);
        if (neighbour == null) {
            return;
        }
        neighbour.isUp = false;
        early.forget(peer);
        endRequests(neighbour);
        host.uplink.forget(peer);
        List.copyOf(swarms.values()).forEach(swarm -> swarm.links.down(neighbour));
    }

    void heard(HostId from, PeerMessage message) {
        Neighbour neighbour = host.neighbours.get(from);
        if (neighbour == null) {
            return;
        }
        boolean wasSilent = neighbour.isSilent;
        neighbour.heard(host.now);
        switch (message) {
            case PeerMessage.Hello hello -> neighbour.member = hello.self();
            case PeerMessage.Follow follow -> followed(neighbour, follow.blob());
            case PeerMessage.Unfollow unfollow -> {
                early.remove(from, unfollow.blob());
                trade(unfollow.blob(), neighbour).ifPresent(trade -> swarmOf.apply(unfollow.blob()).links.unfollowed(trade));
            }
            case PeerMessage.Lacks lacks -> trade(lacks.blob(), neighbour).ifPresent(trade -> trade.isAnswered = true);
            case PeerMessage.Have have -> trade(have.blob(), neighbour).ifPresent(trade -> swarmOf.apply(have.blob()).have(trade, have));
            case PeerMessage.Lost lost ->
                trade(lost.blob(), neighbour).ifPresent(trade -> swarmOf.apply(lost.blob()).takenBack(trade, lost.chunks()));
            case PeerMessage.Adopt adopt -> adopted(neighbour, adopt);
            case PeerMessage.Refuse refuse ->
                trade(refuse.blob(), neighbour).ifPresent(_ -> swarmOf.apply(refuse.blob()).parents.refused(from, refuse.stripe()));
            case PeerMessage.Release release -> trade(release.blob(), neighbour)
                    .ifPresent(trade -> trade.childStripes.remove(release.stripe()));
            case PeerMessage.Path path -> trade(path.blob(), neighbour)
                    .ifPresent(trade -> pathChanged(swarmOf.apply(path.blob()), trade, path));
            case PeerMessage.Load load -> {
                neighbour.queuedBytes = load.queuedBytes();
                neighbour.freeSlots = load.freeSlots();
                neighbour.uploadBytesPerSecond = load.uploadBytesPerSecond();
            }
            case PeerMessage.Cancel cancel -> {
                if (host.uplink.withdraw(from, cancel.request())) {
                    host.out.add(new Command.Decline(from, cancel.request(), Command.Decline.Reason.WITHDRAWN));
                }
            }
            case PeerMessage.Urgent urgent -> host.uplink.urge(from, urgent.request());
            case PeerMessage.Want want -> trade(want.blob(), neighbour)
                    .ifPresent(trade -> swarmOf.apply(want.blob()).wanted(trade, want.chunks()));
            // The shell checks its copy and tells Lost where it is damaged.
            case PeerMessage.Rejected _ -> {
            }
        }
        if (wasSilent) {
            neighbour.blobs.forEach(blob -> swarmOf.apply(blob).ask());
        }
    }

    private void followed(Neighbour neighbour, BlobKey blob) {
        if (isKnown(blob)) {
            Swarm swarm = swarmOf.apply(blob);
            swarm.links.followed(swarm.links.trade(neighbour));
        } else {
            early.add(neighbour.host, blob);
            host.out.tell(neighbour.host, new PeerMessage.Lacks(blob));
        }
    }

    private void adopted(Neighbour neighbour, PeerMessage.Adopt adopt) {
        if (isKnown(adopt.blob())) {
            Swarm swarm = swarmOf.apply(adopt.blob());
            swarm.links.adopted(swarm.links.trade(neighbour), adopt.stripe());
        } else {
            host.out.tell(neighbour.host, new PeerMessage.Refuse(adopt.blob(), adopt.stripe()));
        }
    }

    /** Whether this host has to do with a blob. What a neighbour merely names is not worth a swarm. */
    private boolean isKnown(BlobKey blob) {
        return swarms.containsKey(blob) || isHeld.test(blob);
    }

    /** Whether somebody follows a blob that this host has had nothing to do with. */
    boolean isFollowedEarly(BlobKey blob) {
        return early.contains(blob);
    }

    /** A swarm was made: who followed the blob before hears of it. */
    void made(Swarm swarm) {
        for (HostId follower : early.take(swarm.blob)) {
            Neighbour neighbour = host.neighbours.get(follower);
            if (neighbour != null) {
                swarm.links.trade(neighbour).follows = true;
            }
        }
    }

    /** Two hosts that both read the origin for want of a scheduler: the one of lower rank stops. */
    private void pathChanged(Swarm swarm, Trade trade, PeerMessage.Path path) {
        trade.isAnswered = true;
        trade.path(path.stripe(), path.ancestors());
        if (path.ancestors().isEmpty() && swarm.origin.isByRank()) {
            List<HostId> ranking = host.cluster.ranking(swarm.blob);
            int other = ranking.indexOf(trade.neighbour.host);
            if (other >= 0 && other < ranking.indexOf(host.self())) {
                swarm.origin.revoked(swarm.origin.epoch());
            }
        }
    }

    void progressed(long id) {
        Request request = host.request(id);
        if (request != null) {
            request.startedAt = request.startedAt == 0 ? host.now : request.startedAt;
            Neighbour neighbour = host.neighbours.get(request.from);
            if (neighbour != null) {
                neighbour.heard(host.now);
            }
        }
    }

    void fetched(long id, FetchOutcome outcome) {
        Optional<Request> ended = host.end(id);
        if (ended.isEmpty()) {
            return;
        }
        Request request = ended.get();
        Neighbour neighbour = host.neighbours.get(request.from);
        if (neighbour != null && outcome == FetchOutcome.STORED) {
            neighbour.heard(host.now);
            neighbour.window.arrived(request.swarm.layout().length(request.chunk), request.askedAt, host.now);
        }
        request.swarm.fetched(request, outcome);
    }

    /** Hosts that were asked for something and say nothing: what they were asked for is asked for elsewhere. */
    void findSilent() {
        List<Neighbour> silent = new ArrayList<>();
        for (Neighbour neighbour : host.neighbours.values()) {
            if (!neighbour.isSilent && (neighbour.isTooQuiet(host.now) || ignoresWithdrawal(neighbour) || isQuietParent(neighbour))) {
                silent.add(neighbour);
            }
        }
        for (Neighbour neighbour : silent) {
            neighbour.isSilent = true;
            endRequests(neighbour);
            List.copyOf(swarms.values()).forEach(swarm -> swarm.links.silenced(neighbour));
        }
    }

    /** Closes links over which nothing is traded any more. */
    void hangUpIdle() {
        List<HostId> idle = new ArrayList<>();
        for (Neighbour neighbour : host.neighbours.values()) {
            if (!neighbour.blobs.isEmpty() || !neighbour.isUp || early.contains(neighbour.host)) {
                neighbour.idleSince = host.now;
            } else if (host.now - neighbour.idleSince > IDLE_LINK_NANOS) {
                idle.add(neighbour.host);
            }
        }
        for (HostId peer : idle) {
            host.out.add(new Command.Disconnect(peer));
            down(peer);
        }
    }

    /** A parent speaks twice a second, whether it has anything to send or not. */
    private boolean isQuietParent(Neighbour neighbour) {
        return neighbour.isUp && host.now - neighbour.lastHeard > QUIET_PARENT_NANOS && neighbour.blobs.stream()
                .map(swarms::get)
                .anyMatch(swarm -> swarm != null && swarm.parents.isParent(neighbour.host));
    }

    /** Who speaks of other things is there: its answer waits where this host's downlink is full, and asking elsewhere would fill it further. */
    private boolean ignoresWithdrawal(Neighbour neighbour) {
        for (Request request : neighbour.requests.values()) {
            if (request.isWithdrawn && request.startedAt == 0
                    && host.now - Math.max(request.withdrawnAt, neighbour.lastHeard) > SILENT_ANSWER_NANOS) {
                return true;
            }
        }
        return false;
    }

    private void endRequests(Neighbour neighbour) {
        List.copyOf(neighbour.requests.values()).forEach(request -> request.swarm.underway.giveUp(request));
        neighbour.requests.clear();
    }

    private Optional<Trade> trade(BlobKey blob, Neighbour neighbour) {
        return Optional.ofNullable(swarms.get(blob)).map(swarm -> swarm.trades.get(neighbour.host));
    }
}
