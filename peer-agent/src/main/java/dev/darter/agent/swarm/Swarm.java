package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;

/** The swarm of one blob as this host sees it: what is here, what neighbours have, what is under way. The decisions are in its parts. */
final class Swarm {

    /** What this host does with the blob. */
    enum Phase {
        /** Nothing, but neighbours have asked about it. */
        IDLE,
        DOWNLOADING,
        COMPLETE
    }

    /** How long a neighbour is not asked again for a chunk that it could not bring. */
    private static final long AVOID_NANOS = 1_000_000_000L;

    final BlobKey blob;
    final Host host;
    final Map<HostId, Trade> trades = new LinkedHashMap<>();
    /** Chunks that can be served from here. */
    final ChunkSet mine = new ChunkSet();
    /** The same and those that wait for somebody to vouch for them: nothing to ask for any more. */
    final ChunkSet arrived = new ChunkSet();
    final Availability availability = new Availability();
    final Pace pace = new Pace();
    final MeshWindow meshWindow = new MeshWindow();
    final Readers readers = new Readers();
    final StripeParents parents = new StripeParents(this);
    final OriginReading origin = new OriginReading(this);
    final Announcer announcer = new Announcer(this);
    private final ChunkChoice chunkChoice = new ChunkChoice(this);
    private final Patience patience = new Patience(this);
    private final Map<Integer, List<Request>> requested = new HashMap<>();
    private Phase phase = Phase.IDLE;
    private Bytes leaseKey = Bytes.of(new byte[0]);
    private long size = -1;
    @Nullable
    private ChunkLayout layout;
    private int slots = 2;
    /** Number of trees that the scheduler last told; kept when this host needs no parents any more, because it still has children. */
    private int trees;

    Swarm(BlobKey blob, Host host) {
        this.blob = blob;
        this.host = host;
    }

    // --- what the parts ask ---

    Phase phase() {
        return phase;
    }

    boolean isSized() {
        return layout != null;
    }

    long size() {
        return size;
    }

    ChunkLayout layout() {
        return java.util.Objects.requireNonNull(layout);
    }

    /** Number of stripe trees; 0 while no scheduler has told. */
    int trees() {
        return trees;
    }

    int chunkBytes() {
        return layout().chunkSize();
    }

    /** Children that this host should take for this blob. */
    int slots() {
        return phase == Phase.IDLE ? 0 : slots;
    }

    /** Whether this host stands above all others: it has everything, or reads the origin. */
    boolean isRoot() {
        return phase == Phase.COMPLETE || origin.isHolder();
    }

    /** Whether a chunk is neither here nor asked for. */
    boolean isFree(int chunk) {
        return !arrived.contains(chunk) && !requested.containsKey(chunk);
    }

    /** Whether this host or a usable neighbour has a chunk. */
    boolean isKnownSomewhere(int chunk) {
        return arrived.contains(chunk)
                || trades.values().stream().anyMatch(trade -> trade.neighbour.isUsable() && trade.offers(chunk));
    }

    /**
     * Whether a neighbour is in this host's zone. Links to other zones may be thin; they are left to the host that the scheduler made its
     * zone's gateway by giving it parents elsewhere.
     */
    boolean isNear(Trade trade) {
        return trade.neighbour.member.zone().equals(host.options.self().zone());
    }

    /** The first chunk that is missing here and that nobody known has, or -1. */
    int firstHole() {
        for (int chunk = arrived.nextMissing(0); isSized() && chunk < layout().count(); chunk = arrived.nextMissing(chunk + 1)) {
            if (!isKnownSomewhere(chunk)) {
                return chunk;
            }
        }
        return -1;
    }

    /** The next missing chunks of local readers, lazy readers' first. */
    int[] wantedByReaders() {
        return readers.wanted(layout(), arrived);
    }

    int underWay(Request.Purpose purpose) {
        int count = 0;
        for (List<Request> requests : requested.values()) {
            for (Request request : requests) {
                count += request.purpose == purpose ? 1 : 0;
            }
        }
        return count;
    }

    boolean hasRequests() {
        return !requested.isEmpty();
    }

    Collection<Request> requests() {
        List<Request> all = new ArrayList<>();
        requested.values().forEach(all::addAll);
        return all;
    }

    int requestsFor(int chunk) {
        return requested.getOrDefault(chunk, List.of()).size();
    }

    void ask(int chunk, Trade from, Request.Purpose purpose, Urgency urgency) {
        Request request = host.ask(this, chunk, from.neighbour, purpose, urgency);
        requested.computeIfAbsent(chunk, _ -> new ArrayList<>(1)).add(request);
    }

    // --- the life of a download ---

    void begin(long size, ChunkSet servable, Bytes leaseKey) {
        this.leaseKey = leaseKey;
        phase = Phase.DOWNLOADING;
        sized(size);
        mine.addAll(servable);
        arrived.addAll(servable);
        pace.start(host.now);
        announcer.gained(servable);
        trades.values().forEach(this::follow);
    }

    /** Asks the scheduler for a place; also when it has been away. */
    void join() {
        if (phase == Phase.DOWNLOADING) {
            patience.joined();
            host.out.tellScheduler(
                    new AgentMessage.Join(blob, size, arrived.nextMissing(0), readers.canReadOrigin() && !throttled(), leaseKey));
            origin.reintroduce();
        }
    }

    private boolean throttled() {
        return host.cluster.isThrottled(blob.registry(), host.now);
    }

    void sized(long size) {
        if (this.size < 0 && size >= 0) {
            this.size = size;
            layout = ChunkLayout.forSize(size);
            host.out.add(new Command.Sized(blob, size));
        }
    }

    void place(SchedulerMessage.Place place) {
        if (phase != Phase.DOWNLOADING) {
            return;
        }
        patience.answered();
        sized(place.size());
        slots = place.slots();
        trees = place.parents().size();
        place.neighbours().forEach(this::link);
        parents.assign(
                origin.isHolder() ? place.parents().stream().map(_ -> java.util.Optional.<HostId>empty()).toList() : place.parents());
        ask();
    }

    void granted(SchedulerMessage.Lease lease) {
        patience.answered();
        if (phase == Phase.DOWNLOADING && readers.canReadOrigin()) {
            parents.leaveAll();
            origin.granted(lease.epoch(), lease.fromBoundary());
        } else {
            host.out.tellScheduler(new AgentMessage.LeaseEnd(blob, lease.epoch(), Outcome.GIVEN_UP, lease.fromBoundary(), 0));
        }
    }

    /** The blob is complete and proven: from now on this host only gives. */
    void complete(long size) {
        sized(size);
        phase = Phase.COMPLETE;
        List.copyOf(requests()).forEach(this::giveUp);
        ChunkSet gained = ChunkSet.ofRange(0, layout().count());
        gained.removeAll(mine);
        mine.addAll(gained);
        arrived.addAll(gained);
        announcer.gained(gained);
        origin.complete();
        parents.leaveAll();
        parents.tellPaths(null);
        endTrades();
    }

    /** Nobody here wants the blob any more, or it was lost. */
    void leave(Outcome why) {
        origin.giveBack(why, 0);
        List.copyOf(requests()).forEach(this::giveUp);
        parents.leaveAll();
        phase = Phase.IDLE;
        endTrades();
        host.out.tellScheduler(new AgentMessage.Leave(blob));
        host.out.add(new Command.End(blob));
    }

    /** The blob was removed from the store. */
    void evicted() {
        phase = Phase.IDLE;
        mine.removeAll(mine.copy());
        arrived.removeAll(arrived.copy());
    }

    void fail(Failure reason, long retryAfterMillis) {
        host.out.add(new Command.FailReaders(blob, reason, retryAfterMillis));
    }

    // --- neighbours ---

    /** Wants a link with a host, opens it where there is none. */
    void link(Member member) {
        if (member.host().equals(host.self()) || host.cluster.isShunned(member.host())) {
            return;
        }
        Neighbour neighbour = host.neighbours.get(member.host());
        if (neighbour == null) {
            neighbour = new Neighbour(member);
            host.neighbours.put(member.host(), neighbour);
            host.out.add(new Command.Connect(member));
        }
        Trade trade = trade(neighbour);
        if (neighbour.isUp) {
            follow(trade);
        }
    }

    Trade trade(Neighbour neighbour) {
        neighbour.blobs.add(blob);
        return trades.computeIfAbsent(neighbour.host, _ -> new Trade(neighbour));
    }

    private void follow(Trade trade) {
        if (phase == Phase.DOWNLOADING && trade.neighbour.isUp && !trade.isFollowed) {
            trade.isFollowed = true;
            host.out.tell(trade.neighbour.host, new PeerMessage.Follow(blob));
        }
    }

    private void unfollow(Trade trade) {
        if (trade.isFollowed) {
            trade.isFollowed = false;
            host.out.tell(trade.neighbour.host, new PeerMessage.Unfollow(blob));
        }
    }

    /** Wants nothing more from anybody; who still wants something of this host stays. */
    private void endTrades() {
        for (Trade trade : List.copyOf(trades.values())) {
            unfollow(trade);
            if (!trade.follows) {
                unfollowed(trade);
            }
        }
    }

    /** A host that neither follows nor is followed has no more to do with this blob. */
    void unfollowed(Trade trade) {
        trade.follows = false;
        if (phase != Phase.DOWNLOADING) {
            trade.neighbour.blobs.remove(blob);
            trades.remove(trade.neighbour.host);
        }
    }

    void linkUp(Neighbour neighbour) {
        Trade trade = trades.get(neighbour.host);
        if (trade != null) {
            follow(trade);
            parents.linkUp(neighbour.host);
        }
    }

    void linkDown(Neighbour neighbour) {
        Trade trade = trades.remove(neighbour.host);
        if (trade == null) {
            return;
        }
        availability.lost(trade.has);
        neighbour.blobs.remove(blob);
        patience.silent(neighbour.host);
        parents.lost(neighbour.host);
        ask();
    }

    /** A neighbour has gone silent: its stripes move, what it offers does not count until it speaks again. */
    void silenced(Neighbour neighbour) {
        if (trades.containsKey(neighbour.host)) {
            patience.silent(neighbour.host);
            parents.lost(neighbour.host);
            ask();
        }
    }

    void followed(Trade trade) {
        trade.follows = true;
        announcer.followed(trade);
        parents.tellPaths(trade);
        follow(trade);
    }

    void adopted(Trade child, int stripe) {
        int children = trades.values().stream().mapToInt(trade -> trade.childStripes.size()).sum();
        if (phase == Phase.IDLE || (!child.childStripes.contains(stripe) && children >= 2 * slots + 2)) {
            host.out.tell(child.neighbour.host, new PeerMessage.Refuse(blob, stripe));
            return;
        }
        child.childStripes.add(stripe);
        announcer.flush();
    }

    /** Whether a host is a child in the stripe of a chunk. */
    boolean isChild(HostId host, int chunk) {
        Trade trade = trades.get(host);
        return trade != null && trees > 0 && trade.childStripes.contains(chunk % trees);
    }

    int children() {
        return trades.values().stream().mapToInt(trade -> trade.childStripes.size()).sum();
    }

    void have(Trade trade, PeerMessage.Have have) {
        sized(have.size());
        ChunkSet fresh = have.chunks().copy();
        fresh.removeAll(trade.has);
        fresh.forEach(chunk -> {
            availability.named(chunk, host.now);
            if (trees > 0) {
                trade.named(chunk % trees, host.now);
            }
        });
        trade.has.addAll(fresh);
        trade.bad.removeAll(have.chunks());
        ask();
    }

    // --- chunks ---

    void gained(ChunkSet chunks) {
        ChunkSet fresh = chunks.copy();
        fresh.removeAll(mine);
        mine.addAll(fresh);
        arrived.addAll(fresh);
        pace.gained(host.now);
        announcer.gained(fresh);
        // What came from the origin, or was on disk, need not be asked for any more.
        fresh.forEach(chunk -> List.copyOf(requested.getOrDefault(chunk, List.of())).forEach(this::giveUp));
        ask();
    }

    void lost(ChunkSet chunks) {
        mine.removeAll(chunks);
        arrived.removeAll(chunks);
        ask();
    }

    void fetched(Request request, FetchOutcome outcome) {
        forget(request);
        Trade trade = trades.get(request.from);
        switch (outcome) {
            case STORED -> {
                arrived.add(request.chunk);
                if (request.startedAt > 0) {
                    meshWindow.arrived(layout().length(request.chunk), host.now - request.startedAt);
                }
                patience.gained();
                List.copyOf(requested.getOrDefault(request.chunk, List.of())).forEach(this::giveUp);
            }
            case CORRUPT -> corrupt(request, trade);
            case DOUBTFUL, MISSING -> {
                if (trade != null) {
                    trade.bad.add(request.chunk);
                }
            }
            case WITHDRAWN, BROKEN -> {
                if (trade != null) {
                    trade.avoid(request.chunk, host.now + AVOID_NANOS);
                }
            }
        }
        ask();
    }

    private void corrupt(Request request, @Nullable Trade trade) {
        host.out.tell(request.from, new PeerMessage.Rejected(blob, request.chunk));
        if (trade != null) {
            trade.bad.add(request.chunk);
            if (++trade.neighbour.corruptChunks == 2) {
                host.out.tellScheduler(new AgentMessage.Accuse(blob, request.from, origin.epoch()));
            }
        }
    }

    /** Takes a request back; the answer still comes, as bytes or as 410. */
    void withdraw(Request request) {
        if (!request.isWithdrawn) {
            request.isWithdrawn = true;
            request.withdrawnAt = host.now;
            host.out.tell(request.from, new PeerMessage.Cancel(request.id));
        }
    }

    /** Takes a request back and no longer waits for its answer. */
    void giveUp(Request request) {
        forget(request);
        if (!request.isWithdrawn) {
            host.out.tell(request.from, new PeerMessage.Cancel(request.id));
        }
        host.end(request.id);
        host.out.add(new Command.Abandon(request.id));
    }

    private void forget(Request request) {
        List<Request> same = requested.get(request.chunk);
        if (same != null && same.remove(request) && same.isEmpty()) {
            requested.remove(request.chunk);
        }
    }

    // --- asking ---

    /** Asks for everything that should be under way now. */
    void ask() {
        if (phase == Phase.DOWNLOADING && isSized()) {
            StripeRequests.ask(this);
            chunkChoice.ask();
        }
    }

    void tick() {
        if (phase == Phase.DOWNLOADING) {
            origin.tick();
            parents.moveFromLate();
            patience.tick();
            if (isSized()) {
                Withdrawals.review(this);
                ask();
                EndGame.play(this);
            }
        }
        announcer.flush();
        parents.tellPaths(null);
    }
}
