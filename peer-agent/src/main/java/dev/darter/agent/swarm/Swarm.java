package dev.darter.agent.swarm;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** The swarm of one blob as this host sees it: what is here, what neighbours have, what is under way. The decisions are in its parts. */
final class Swarm {

    /** What this host does with the blob. */
    enum Phase {
        /** Nothing, but neighbours have asked about it. */
        IDLE,
        DOWNLOADING,
        COMPLETE
    }

    private static final long SMALL_BYTES = 4 << 20;
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
    final Underway underway = new Underway(this);
    final Links links = new Links(this);
    private final WaitedFor waitedFor = new WaitedFor(this);
    private final ChunkChoice chunkChoice = new ChunkChoice(this);
    private final StalledReaders stalledReaders = new StalledReaders(this, chunkChoice);
    private final Patience patience = new Patience(this);
    private Phase phase = Phase.IDLE;
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

    /** A small blob, as an image's config, goes before large ones: it costs them nothing, and often the reader of all of them waits for it. */
    Urgency urgency() {
        return size <= SMALL_BYTES ? Urgency.URGENT : Urgency.NORMAL;
    }

    /** Children that this host should take for this blob. */
    int slots() {
        // Whoever fetches parts only has nothing to pass on to a child.
        return phase == Phase.IDLE || (phase == Phase.DOWNLOADING && !readers.wantRest()) ? 0 : slots;
    }

    /** Whether this host stands above all others: it has everything, or reads the origin. */
    boolean isRoot() {
        return phase == Phase.COMPLETE || origin.isHolder();
    }

    /** Whether a chunk is neither here nor asked for. */
    boolean isFree(int chunk) {
        return !arrived.contains(chunk) && !underway.asked.contains(chunk);
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

    /** The next missing chunks of local readers of the whole blob. */
    List<Integer> nextOfReaders() {
        return readers.next(layout(), arrived);
    }

    /** Whether a reader of a part of the blob lacks any of it. */
    boolean isAnythingWaitedFor() {
        Set<Integer> missing = new HashSet<>();
        if (isSized()) {
            readers.addWaitedFor(layout(), arrived, missing, 1);
            readers.addReadAhead(layout(), arrived, missing, 1);
        }
        return !isSized() || !missing.isEmpty();
    }

    // --- the life of a download ---

    void begin(long size, ChunkSet servable) {
        phase = Phase.DOWNLOADING;
        readers.clear();
        sized(size);
        mine.addAll(servable);
        arrived.addAll(servable);
        pace.start(host.now);
        patience.begun();
        announcer.gained(servable);
        trades.values().forEach(links::follow);
    }

    /** Asks the scheduler for a place; also when it has been away. */
    void join() {
        if (phase == Phase.DOWNLOADING) {
            patience.joined();
            host.out.tellScheduler(
                    new AgentMessage.Join(blob, size, arrived.nextMissing(0), readers.canReadOrigin()));
            origin.reintroduce();
        }
    }

    /** The size is known; nothing new where it was known before. */
    void sized(long known) {
        if (size < 0 && known >= 0) {
            size = known;
            layout = ChunkLayout.forSize(known);
            trades.values().forEach(trade -> offered(trade, trade.takeSaid(known)));
        }
    }

    /** The size has become known, or is another one than was thought: then everything begins anew. */
    void resized(long known) {
        if (phase != Phase.COMPLETE && known != size) {
            become(known);
            ask();
        }
    }

    private void become(long known) {
        if (isSized() && known != size) {
            long before = size;
            underway.giveUpAll();
            announcer.lost(mine);
            mine.clear();
            arrived.clear();
            trades.values().forEach(trade -> trade.unsize(before));
            availability.clear();
            parents.live.clear();
            origin.resized();
            size = -1;
            layout = null;
        }
        sized(known);
    }

    void place(SchedulerMessage.Place place) {
        if (phase != Phase.DOWNLOADING) {
            return;
        }
        patience.answered();
        slots = place.slots();
        trees = place.parents().size();
        links.forgetSources();
        place.neighbours().forEach(links::link);
        parents.assign(
                origin.isHolder() ? place.parents().stream().map(_ -> java.util.Optional.<HostId>empty()).toList() : place.parents());
        ask();
    }

    /** The scheduler names who has this blob of one chunk, or nobody while there is nobody with room. */
    void source(java.util.Optional<Member> holder) {
        if (phase != Phase.DOWNLOADING) {
            return;
        }
        patience.answered();
        if (holder.isPresent()) {
            if (isSized() && layout().count() == 1 && links.source(holder.get())) {
                ask();
            } else {
                sourceFailed();
            }
        }
    }

    /** Whoever was named as a source does not bring it: with a place among the others it comes in some other way. */
    private void sourceFailed() {
        host.out.tellScheduler(new AgentMessage.Stuck(blob, Set.of(), Set.of()));
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
        become(size);
        phase = Phase.COMPLETE;
        underway.giveUpAll();
        ChunkSet gained = ChunkSet.ofRange(0, layout().count());
        gained.removeAll(mine);
        mine.addAll(gained);
        arrived.addAll(gained);
        announcer.gained(gained);
        origin.complete();
        parents.leaveAll();
        parents.tellPaths(null);
        links.endTrades();
    }

    /** Nobody here wants the blob any more, or it was lost. */
    void leave(Outcome why) {
        origin.giveBack(why, 0);
        underway.giveUpAll();
        parents.leaveAll();
        phase = Phase.IDLE;
        links.endTrades();
        host.out.tellScheduler(new AgentMessage.Leave(blob));
        host.out.add(new Command.End(blob));
    }

    /** The blob was removed from the store. */
    void evicted() {
        if (phase == Phase.DOWNLOADING) {
            return;
        }
        phase = Phase.IDLE;
        announcer.lost(mine);
        mine.clear();
        arrived.clear();
    }

    void fail(Failure reason, long retryAfterMillis) {
        host.out.add(new Command.FailReaders(blob, reason, retryAfterMillis));
    }

    // --- neighbours ---

    /** A neighbour has not answered, or its link is lost. */
    void silent(HostId neighbour, Trade trade) {
        patience.silent(neighbour);
        if (trade.isSource && phase == Phase.DOWNLOADING) {
            sourceFailed();
        }
    }

    /** A neighbour began to send a chunk and does not end: it is as good as silent for this blob. */
    void stalled(Request request) {
        underway.giveUp(request);
        patience.silent(request.from);
        Trade trade = trades.get(request.from);
        if (trade != null) {
            trade.stalled(host.now);
        }
    }

    void have(Trade trade, PeerMessage.Have have) {
        trade.isAnswered = true;
        if (have.size() != size) {
            trade.say(have.size(), have.chunks());
            return;
        }
        offered(trade, have.chunks());
        ask();
    }

    /** Those of some chunks that are neither here nor asked for; a copy. */
    ChunkSet free(ChunkSet chunks) {
        ChunkSet free = chunks.copy();
        free.removeAll(arrived);
        free.removeAll(underway.asked);
        return free;
    }

    void offered(Trade trade, ChunkSet chunks) {
        ChunkSet fresh = chunks.copy();
        fresh.removeAll(trade.has);
        fresh.forEach(chunk -> {
            if (availability.named(chunk, host.now)) {
                parents.live.add(chunk);
            }
            if (trees > 0) {
                trade.named(chunk % trees, host.now);
            }
        });
        trade.gained(chunks);
    }

    /** A neighbour takes back what it has announced. */
    void takenBack(Trade trade, ChunkSet chunks) {
        availability.lost(trade.lost(chunks));
        ask();
    }

    /** A neighbour waits for chunks that it finds nowhere. */
    void wanted(Trade trade, ChunkSet chunks) {
        if (phase == Phase.DOWNLOADING && isSized()) {
            waitedFor.wanted(trade, chunks);
            ask();
        }
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
        fresh.forEach(chunk -> underway.giveUp(chunk));
        ask();
    }

    void lost(ChunkSet chunks) {
        mine.removeAll(chunks);
        arrived.removeAll(chunks);
        announcer.lost(chunks);
        ask();
    }

    /** Nobody has vouched for what was stored, or it was dropped before anybody was told of it: it does not count as here any more. */
    void askAgainForUnserved() {
        ChunkSet unserved = arrived.copy();
        unserved.removeAll(mine);
        if (!unserved.isEmpty()) {
            arrived.removeAll(unserved);
            ask();
        }
    }

    void fetched(Request request, FetchOutcome outcome) {
        underway.ended(request);
        Trade trade = trades.get(request.from);
        switch (outcome) {
            case STORED -> {
                arrived.add(request.chunk);
                if (request.startedAt > 0) {
                    meshWindow.arrived(layout().length(request.chunk), host.now - request.startedAt);
                }
                patience.gained();
                if (trade != null) {
                    trade.brought();
                }
                underway.giveUp(request.chunk);
            }
            case CORRUPT -> corrupt(request, trade);
            case UNCLOSED -> unclosed(request, trade);
            case DOUBTFUL, MISSING -> {
                if (trade != null) {
                    trade.doubtful.add(request.chunk);
                }
            }
            case WITHDRAWN, BROKEN -> {
                if (trade != null) {
                    trade.avoid(request.chunk, host.now + AVOID_NANOS);
                }
            }
        }
        if (outcome != FetchOutcome.STORED && trade != null && trade.isSource) {
            sourceFailed();
        }
        ask();
    }

    private void corrupt(Request request, @Nullable Trade trade) {
        host.out.tell(request.from, new PeerMessage.Rejected(blob, request.chunk));
        if (trade != null) {
            trade.bad.add(request.chunk);
            if (++trade.neighbour.corruptChunks == 2) {
                host.out.tellScheduler(new AgentMessage.Accuse(blob, request.from, VouchKey.PROVEN));
            }
        }
    }

    /** Either these bytes are false or the chain before them is: the sender looks at its copy, and the scheduler has the origin asked. */
    private void unclosed(Request request, @Nullable Trade trade) {
        host.out.tell(request.from, new PeerMessage.Rejected(blob, request.chunk));
        if (trade != null) {
            trade.doubtful.add(request.chunk);
        }
        patience.unclosed(request.from);
    }

    // --- asking ---

    /** Asks for everything that should be under way now. */
    void ask() {
        askForWaitedFor();
        if (phase == Phase.DOWNLOADING && isSized() && readers.wantRest()) {
            StripeRequests.ask(this);
            chunkChoice.ask();
        }
    }

    /** Asks for what somebody waits for right now. */
    void askForWaitedFor() {
        if (phase == Phase.DOWNLOADING && isSized()) {
            waitedFor.ask();
        }
    }

    void tick() {
        if (phase == Phase.DOWNLOADING) {
            trades.values().forEach(trade -> trade.review(host.now));
            origin.tick();
            parents.moveFromLate();
            if (isSized()) {
                Withdrawals.review(this);
            }
            patience.tick();
        }
        if (phase == Phase.DOWNLOADING && isSized()) {
            stalledReaders.review();
            ask();
            EndGame.play(this);
        }
        announcer.flush();
        parents.tellPaths(null);
    }
}
