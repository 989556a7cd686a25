package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.PeerMessage;

/**
 * Chunks that somebody waits for right now: a local reader of a part of the blob, or one on a host below this one. A neighbour that has them is
 * asked ahead of everything else; where none has, the host that reads the origin reads them by requests of their own, and others pass the wish on
 * towards it.
 */
final class WaitedFor {

    /** Looked at so many at a time; the rest of a long part follows as these come. */
    private static final int MOST = 64;
    private static final int MOST_UNDER_WAY = 16;
    /**
     * So many of the next chunks are asked for in an order that each host draws by lot, while others lack them too. Containers that start together
     * read the same: if all asked for the same chunk at the same time, none would have anything for the others, and all of it would leave one uplink.
     * In simulation seven hosts get 12 MiB that an eighth has over 100 Mbit/s in 2.4 to 2.9 s (ten seeds), and in the order of the bytes in 6.2 to
     * 6.7 s. The price is that the first chunk comes after 1.2 s in the mean, and not after 0.5 s.
     */
    private static final int IN_ANY_ORDER = 16;
    /** After so long without the chunk the wish is repeated: whoever heard of it may have moved or gone. */
    private static final long REPEAT_NANOS = 1_000_000_000L;

    /** Time for neighbours to be reached and to say what they have, before the origin is asked for what they may have. */
    private static final long ANSWER_NANOS = 500_000_000L;

    private final Swarm swarm;
    /** When wishes were passed on. */
    private final Map<Integer, Long> passedOn = new HashMap<>();
    /** Since when something is waited for that no neighbour has, as far as they have said; 0 while there is nothing. */
    private long nowhereSince;
    /** Whether neighbours have wished for chunks since it was last known that none does. */
    private boolean mayBeWanted;

    WaitedFor(Swarm swarm) {
        this.swarm = swarm;
    }

    /** A neighbour waits for chunks that it finds nowhere. */
    void wanted(Trade by, ChunkSet chunks) {
        for (int chunk = chunks.next(0); chunk >= 0 && chunk < swarm.layout().count(); chunk = chunks.next(chunk + 1)) {
            if (!swarm.mine.contains(chunk) && by.wants.size() < MOST) {
                by.wants.add(chunk);
                mayBeWanted = true;
            }
        }
        // What came here a moment ago it may not have been told yet.
        swarm.announcer.flush();
    }

    /** Asks for what is waited for, or has others ask for it. */
    void ask() {
        if (isNothingWanted()) {
            passedOn.clear();
            nowhereSince = 0;
            return;
        }
        Set<Integer> here = new LinkedHashSet<>();
        swarm.readers.addWaitedFor(swarm.layout(), swarm.arrived, here, MOST);
        Set<Integer> chunks = new LinkedHashSet<>(here);
        addLessUrgent(chunks);
        passedOn.keySet().retainAll(chunks);
        List<Integer> nowhere = new ArrayList<>();
        List<Integer> offered = new ArrayList<>();
        for (int chunk : chunks) {
            if (!swarm.underway.requestsFor(chunk).isEmpty()) {
                swarm.underway.urge(chunk);
            } else if (sources(chunk).findAny().isEmpty()) {
                nowhere.add(chunk);
            } else {
                offered.add(chunk);
            }
        }
        List<Integer> next = offered.subList(0, Math.min(IN_ANY_ORDER, countIn(here, offered)));
        if (next.stream().anyMatch(this::isLackedByOthers)) {
            Collections.shuffle(next, Random.from(swarm.host.random));
        }
        askNeighbours(offered);
        nowhereSince = nowhere.isEmpty() ? 0 : nowhereSince == 0 ? swarm.host.now : nowhereSince;
        if (swarm.origin.isHolder()) {
            if (haveNeighboursSpoken()) {
                swarm.origin.alone.read(nowhere);
            }
        } else {
            passOn(nowhere);
        }
    }

    /** The usual case, and it comes with every message of a neighbour. */
    private boolean isNothingWanted() {
        if (swarm.readers.areLazy()) {
            return false;
        }
        if (!mayBeWanted) {
            return true;
        }
        for (Trade trade : swarm.trades.values()) {
            if (!trade.wants.isEmpty()) {
                return false;
            }
        }
        mayBeWanted = false;
        return true;
    }

    /** What is read ahead of time here, and what neighbours wait for. */
    private void addLessUrgent(Set<Integer> chunks) {
        swarm.readers.addReadAhead(swarm.layout(), swarm.arrived, chunks, MOST);
        for (Trade trade : swarm.trades.values()) {
            trade.wants.forEach(chunk -> {
                if (!swarm.arrived.contains(chunk) && chunks.size() < MOST) {
                    chunks.add(chunk);
                }
            });
        }
    }

    private static int countIn(Set<Integer> some, List<Integer> chunks) {
        return (int) chunks.stream().filter(some::contains).count();
    }

    private void askNeighbours(List<Integer> chunks) {
        int room = chunks.isEmpty() ? 0 : MOST_UNDER_WAY - swarm.underway.countUrgent();
        for (int chunk : chunks) {
            if (room <= 0) {
                return;
            }
            Optional<Trade> source = source(chunk);
            if (source.isPresent()) {
                swarm.underway.ask(chunk, source.get(), Request.Purpose.MESH, Urgency.URGENT);
                room--;
            }
        }
    }

    /**
     * The neighbour that will have sent it first, of another zone only where none in this one has it. While others lack it too, one that is asked for
     * a chunk already is not asked for the next: another may have that by then. In simulation eight hosts that read the same 12 MiB from the registry
     * at once need 3.4 to 4.2 s, and 6.9 to 7.2 s where all is asked for as soon as one has it.
     */
    private Optional<Trade> source(int chunk) {
        boolean isNear = sources(chunk).anyMatch(swarm::isNear);
        boolean isShared = isLackedByOthers(chunk);
        int bytes = swarm.chunkBytes();
        return sources(chunk).filter(trade -> swarm.isNear(trade) == isNear && !(isShared && trade.neighbour.isAskedUrgently(swarm)))
                .min(Comparator.comparingLong(trade -> trade.neighbour.queuedBytes + (long) trade.neighbour.requests.size() * bytes));
    }

    /** Whether a neighbour in this zone has still to get it, as this host has, and may then pass it on. */
    private boolean isLackedByOthers(int chunk) {
        return swarm.trades.values().stream().anyMatch(trade -> trade.neighbour.isUsable() && swarm.isNear(trade) && !trade.offers(chunk));
    }

    /** Neighbours that have it: what is waited for may also come from another zone. */
    private Stream<Trade> sources(int chunk) {
        return swarm.trades.values().stream().filter(trade -> trade.neighbour.isUsable() && trade.isGoodFor(chunk, swarm.host.now));
    }

    private boolean haveNeighboursSpoken() {
        return swarm.host.now - nowhereSince >= ANSWER_NANOS
                || swarm.trades.values().stream().noneMatch(trade -> !trade.isAnswered && (trade.isFollowed || !trade.neighbour.isUp));
    }

    private void passOn(List<Integer> chunks) {
        Map<HostId, ChunkSet> to = new HashMap<>();
        for (int chunk : chunks) {
            Long last = passedOn.get(chunk);
            if (last != null && swarm.host.now - last < REPEAT_NANOS) {
                continue;
            }
            towardsOrigin(chunk).ifPresent(trade -> {
                passedOn.put(chunk, swarm.host.now);
                to.computeIfAbsent(trade.neighbour.host, _ -> new ChunkSet()).add(chunk);
            });
        }
        to.forEach((host, wanted) -> swarm.host.out.tell(host, new PeerMessage.Want(swarm.blob, wanted)));
    }

    /** The parent in the chunk's stripe; without one a neighbour that reads the origin. */
    private Optional<Trade> towardsOrigin(int chunk) {
        int trees = swarm.parents.count();
        Optional<Trade> parent = trees == 0 ? Optional.empty() : swarm.parents.usable(chunk % trees);
        return parent.isPresent()
                ? parent
                : swarm.trades.values().stream().filter(trade -> trade.neighbour.isUsable() && trade.isRoot(0)).findFirst();
    }
}
