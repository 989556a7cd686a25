package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage;

/**
 * From whom the stripes of one blob come. The scheduler proposes parents; a host leaves one that is gone or late at once and on its own, and
 * tells the scheduler afterwards.
 */
final class StripeParents {

    /** So many chunks of a stripe have to be overdue before a parent counts as late. */
    private static final int OVERDUE_CHUNKS = 4;
    /** Overdue is what takes so many times longer than the pace of the whole blob explains. */
    private static final int SLACK = 3;
    private static final long LEAST_LATE_NANOS = 400_000_000L;

    private static final class Stripe {

        @Nullable
        HostId parent;
        boolean isAdopted;
        long since;
    }

    private final Swarm swarm;
    private final List<Stripe> stripes = new ArrayList<>();
    /** Chunks that the first neighbour named after the parent of their stripe had become the parent: these come down the trees. */
    final ChunkSet live = new ChunkSet();
    /** Paths as neighbours were told last. */
    private final List<@Nullable List<HostId>> told = new ArrayList<>();

    StripeParents(Swarm swarm) {
        this.swarm = swarm;
    }

    /** Number of trees; 0 while no place is known. */
    int count() {
        return stripes.size();
    }

    @Nullable
    HostId parent(int stripe) {
        return stripe < stripes.size() ? stripes.get(stripe).parent : null;
    }

    boolean isParent(HostId host) {
        return stripes.stream().anyMatch(stripe -> host.equals(stripe.parent));
    }

    /** Whether the scheduler gave this host a parent in another zone. */
    private boolean isGateway() {
        return stripes.stream()
                .map(stripe -> stripe.parent == null ? null : swarm.trades.get(stripe.parent))
                .anyMatch(trade -> trade != null && !swarm.isNear(trade));
    }

    /** Since when the parent of a stripe has been the parent. */
    long since(int stripe) {
        return stripes.get(stripe).since;
    }

    /** The trade with the parent of a stripe, where there is one that can be asked. */
    Optional<Trade> usable(int stripe) {
        HostId parent = parent(stripe);
        return Optional.ofNullable(parent == null ? null : swarm.trades.get(parent)).filter(trade -> trade.neighbour.isUsable());
    }

    /** The scheduler's proposal replaces all parents. Where it has none, the stripe comes over the mesh until there is room in its tree. */
    void assign(List<Optional<HostId>> parents) {
        while (stripes.size() > parents.size()) {
            leave(stripes.size() - 1);
            stripes.removeLast();
        }
        while (stripes.size() < parents.size()) {
            stripes.add(new Stripe());
        }
        for (int stripe = 0; stripe < parents.size(); stripe++) {
            change(stripe, parents.get(stripe).orElse(null));
        }
    }

    /** Leaves all parents: everything is here, or nothing is wanted any more. */
    void leaveAll() {
        for (int stripe = 0; stripe < stripes.size(); stripe++) {
            change(stripe, null);
        }
    }

    void linkUp(HostId host) {
        for (int stripe = 0; stripe < stripes.size(); stripe++) {
            if (host.equals(stripes.get(stripe).parent)) {
                adopt(stripe);
            }
        }
    }

    /** The link with a host is lost, or it is silent: its stripes move. */
    void lost(HostId host) {
        for (int stripe = 0; stripe < stripes.size(); stripe++) {
            if (host.equals(stripes.get(stripe).parent)) {
                stripes.get(stripe).isAdopted = false;
                move(stripe, -1);
            }
        }
    }

    /** A parent has no upload left for this host. */
    void refused(HostId by, int stripe) {
        if (by.equals(parent(stripe))) {
            stripes.get(stripe).isAdopted = false;
            move(stripe, -1);
        }
    }

    /** Leaves parents that have had several chunks for longer than it should take to send them. */
    void moveFromLate() {
        for (int stripe = 0; stripe < stripes.size(); stripe++) {
            int overdue = firstOverdue(stripe);
            if (overdue >= 0) {
                move(stripe, overdue);
            }
        }
    }

    /** The first chunk of a stripe that its parent should have sent long ago, or -1. */
    private int firstOverdue(int stripe) {
        Optional<Trade> parent = usable(stripe);
        Stripe state = stripes.get(stripe);
        long patience = Math.max(LEAST_LATE_NANOS, SLACK * OVERDUE_CHUNKS * swarm.pace.intervalNanos() * stripes.size());
        if (parent.isEmpty() || swarm.host.now - state.since < patience) {
            return -1;
        }
        int overdue = 0;
        int first = -1;
        for (Request request : parent.get().neighbour.requests.values()) {
            if (request.swarm == swarm && request.chunk % stripes.size() == stripe && live.contains(request.chunk)
                    && swarm.host.now - request.askedAt > patience) {
                overdue++;
                first = first < 0 ? request.chunk : first;
            }
        }
        return overdue >= OVERDUE_CHUNKS ? first : -1;
    }

    private void move(int stripe, int needed) {
        HostId from = stripes.get(stripe).parent;
        List<Trade> near = swarm.trades.values().stream().filter(trade -> swarm.isNear(trade) || isGateway()).toList();
        ParentChoice.choose(near, stripe, needed, from, swarm.host.self()).ifPresent(trade -> {
            change(stripe, trade.neighbour.host);
            if (from != null) {
                swarm.host.out.tellScheduler(new AgentMessage.Moved(swarm.blob, stripe, from, trade.neighbour.host));
            }
        });
    }

    private void change(int stripe, @Nullable HostId parent) {
        Stripe state = stripes.get(stripe);
        if (java.util.Objects.equals(parent, state.parent)) {
            return;
        }
        leave(stripe);
        state.parent = parent;
        state.since = swarm.host.now;
        for (int chunk = live.next(stripe); chunk >= 0; chunk = live.next(chunk + 1)) {
            if (chunk % stripes.size() == stripe) {
                live.remove(chunk);
            }
        }
        if (parent != null) {
            adopt(stripe);
        }
    }

    private void adopt(int stripe) {
        Stripe state = stripes.get(stripe);
        Optional<Trade> trade = usable(stripe);
        if (!state.isAdopted && trade.isPresent()) {
            state.isAdopted = true;
            swarm.host.out.tell(trade.get().neighbour.host, new PeerMessage.Adopt(swarm.blob, stripe));
        }
    }

    private void leave(int stripe) {
        Stripe state = stripes.get(stripe);
        if (state.isAdopted && state.parent != null) {
            swarm.host.out.tell(state.parent, new PeerMessage.Release(swarm.blob, stripe));
        }
        state.isAdopted = false;
        state.parent = null;
    }

    /** The way from this host to the root of a stripe, nearest first; null while it is not known. */
    @Nullable
    List<HostId> path(int stripe) {
        if (swarm.isRoot()) {
            return List.of();
        }
        HostId parent = parent(stripe);
        Trade trade = parent == null ? null : swarm.trades.get(parent);
        List<HostId> above = trade == null || !trade.neighbour.isUsable() ? null : trade.path(stripe);
        if (parent == null || above == null || above.contains(swarm.host.self())) {
            return null;
        }
        List<HostId> path = new ArrayList<>(above.size() + 1);
        path.add(parent);
        path.addAll(above);
        return path;
    }

    /** Tells paths that changed; {@code newcomer} gets all of them. */
    void tellPaths(@Nullable Trade newcomer) {
        int count = Math.max(1, stripes.size());
        for (int stripe = 0; stripe < count; stripe++) {
            while (told.size() <= stripe) {
                told.add(null);
            }
            List<HostId> path = path(stripe);
            if (path == null) {
                continue;
            }
            boolean isChanged = !path.equals(told.get(stripe));
            told.set(stripe, path);
            for (Trade trade : swarm.trades.values()) {
                if (trade.follows && trade.neighbour.isUp && (isChanged || trade == newcomer)) {
                    swarm.host.out.tell(trade.neighbour.host, new PeerMessage.Path(swarm.blob, stripe, path));
                }
            }
        }
    }
}
