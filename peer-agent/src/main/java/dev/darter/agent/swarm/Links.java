package dev.darter.agent.swarm;

import java.util.List;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** With whom this host trades one blob: who follows whom, who is a child, and what happens when a link comes or goes. */
final class Links {

    private final Swarm swarm;

    Links(Swarm swarm) {
        this.swarm = swarm;
    }

    /** Wants a link with a host, opens it where there is none. */
    void link(Member member) {
        if (isTrusted(member)) {
            follow(open(member));
        }
    }

    /** The same with one of whom it is known that he has the only chunk: he need not tell what he gains. False where he can't be asked. */
    boolean source(Member member) {
        if (!isTrusted(member)) {
            return false;
        }
        Trade trade = open(member);
        trade.isSource = true;
        swarm.offered(trade, ChunkSet.of(0));
        return true;
    }

    /** From now on these are neighbours like others. */
    void forgetSources() {
        swarm.trades.values().forEach(trade -> trade.isSource = false);
        swarm.trades.values().forEach(this::follow);
    }

    private boolean isTrusted(Member member) {
        return !member.host().equals(swarm.host.self()) && !swarm.host.cluster.isShunned(member.host());
    }

    private Trade open(Member member) {
        Neighbour neighbour = swarm.host.neighbours.get(member.host());
        if (neighbour == null) {
            neighbour = new Neighbour(member);
            swarm.host.neighbours.put(member.host(), neighbour);
            swarm.host.out.add(new Command.Connect(member));
        }
        return trade(neighbour);
    }

    Trade trade(Neighbour neighbour) {
        neighbour.blobs.add(swarm.blob);
        return swarm.trades.computeIfAbsent(neighbour.host, _ -> new Trade(neighbour));
    }

    void follow(Trade trade) {
        if (swarm.phase() == Swarm.Phase.DOWNLOADING && trade.neighbour.isUp && !trade.isFollowed && !trade.isSource) {
            trade.isFollowed = true;
            trade.isAnswered = false;
            swarm.host.out.tell(trade.neighbour.host, new PeerMessage.Follow(swarm.blob));
        }
    }

    /** Asks everybody once more what they have. */
    void followAnew() {
        swarm.trades.values().forEach(trade -> trade.isFollowed = false);
        forgetSources();
    }

    private void unfollow(Trade trade) {
        if (trade.isFollowed) {
            trade.isFollowed = false;
            swarm.host.out.tell(trade.neighbour.host, new PeerMessage.Unfollow(swarm.blob));
        }
    }

    /** Wants nothing more from anybody; who still wants something of this host stays. */
    void endTrades() {
        for (Trade trade : List.copyOf(swarm.trades.values())) {
            unfollow(trade);
            if (!trade.follows) {
                unfollowed(trade);
            }
        }
    }

    /** A host that neither follows nor is followed has no more to do with this blob. */
    void unfollowed(Trade trade) {
        trade.follows = false;
        trade.wants.clear();
        if (swarm.phase() != Swarm.Phase.DOWNLOADING) {
            trade.neighbour.blobs.remove(swarm.blob);
            swarm.trades.remove(trade.neighbour.host);
        }
    }

    void up(Neighbour neighbour) {
        Trade trade = swarm.trades.get(neighbour.host);
        if (trade != null) {
            follow(trade);
            swarm.parents.linkUp(neighbour.host);
            if (trade.isSource) {
                swarm.ask();
            }
        }
    }

    void down(Neighbour neighbour) {
        Trade trade = swarm.trades.remove(neighbour.host);
        if (trade == null) {
            return;
        }
        swarm.availability.lost(trade.has);
        neighbour.blobs.remove(swarm.blob);
        swarm.silent(neighbour.host, trade);
        swarm.parents.lost(neighbour.host);
        swarm.ask();
    }

    /** A neighbour has gone silent: its stripes move, what it offers does not count until it speaks again. */
    void silenced(Neighbour neighbour) {
        Trade trade = swarm.trades.get(neighbour.host);
        if (trade != null) {
            swarm.silent(neighbour.host, trade);
            swarm.parents.lost(neighbour.host);
            swarm.ask();
        }
    }

    void followed(Trade trade) {
        trade.follows = true;
        swarm.announcer.followed(trade);
        swarm.parents.tellPaths(trade);
        if (swarm.mine.isEmpty() && swarm.parents.path(0) == null) {
            swarm.host.out.tell(trade.neighbour.host, new PeerMessage.Lacks(swarm.blob));
        }
        follow(trade);
    }

    void adopted(Trade child, int stripe) {
        if (swarm.phase() == Swarm.Phase.IDLE || (!child.childStripes.contains(stripe) && children() >= 2 * swarm.slots() + 2)) {
            swarm.host.out.tell(child.neighbour.host, new PeerMessage.Refuse(swarm.blob, stripe));
            return;
        }
        child.childStripes.add(stripe);
        swarm.announcer.flush();
    }

    /** Whether a host is a child in the stripe of a chunk. */
    boolean isChild(HostId host, int chunk) {
        Trade trade = swarm.trades.get(host);
        return trade != null && swarm.trees() > 0 && trade.childStripes.contains(chunk % swarm.trees());
    }

    int children() {
        return swarm.trades.values().stream().mapToInt(trade -> trade.childStripes.size()).sum();
    }
}
