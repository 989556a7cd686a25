package dev.darter.e2e.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.swarm.Command;
import dev.darter.agent.swarm.EngineOptions;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.FetchOutcome;
import dev.darter.agent.swarm.SwarmEngine;
import dev.darter.agent.swarm.Urgency;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/** A host: the real swarm engine, with a shell that moves imagined bytes over modelled links. */
final class SimHost {

    private record Served(HostId to, long request) {}

    private record Wanted(BlobKey blob, int chunk) {}

    private static final int SLOTS = 64;
    /** Nothing fills the scheduler's link. */
    private static final Link.Pipe[] TO_SCHEDULER = {};

    private final Cluster cluster;
    private final Member self;
    private final SwarmEngine engine;
    private final Link.Up up;
    private final Link.Pipe[] down;
    private final Link.Pipe[] downFromAfar;
    private final Disk disk;
    private final Map<BlobKey, ChunkSet> stored = new HashMap<>();
    private final Map<BlobKey, Long> startedAt = new HashMap<>();
    private final Map<BlobKey, Long> finishedAt = new HashMap<>();
    private final Map<BlobKey, Failure> failures = new HashMap<>();
    private final Map<BlobKey, SimOrigin.Connection> origin = new HashMap<>();
    private final Map<BlobKey, List<SimOrigin.Connection>> alone = new HashMap<>();
    private final Map<HostId, SimHost> links = new LinkedHashMap<>();
    private final Map<Served, Wanted> asked = new HashMap<>();
    private final Map<Served, Link.Transfer> sending = new HashMap<>();
    private final Set<Long> requests = new HashSet<>();
    private final SimLanes lanes = new SimLanes(this::ask);
    /** Blobs whose size a neighbour has named. */
    private final Set<BlobKey> sized = new HashSet<>();
    private boolean isAlive = true;
    private boolean lies;
    private long nextTick = Long.MAX_VALUE;
    private long duplicates;
    private long corrupt;

    SimHost(Cluster cluster, Member self, Rates rates, Random random) {
        this.cluster = cluster;
        this.self = self;
        this.up = new Link.Up(cluster.time(), rates.up(),
                rates.isRough() ? Optional.of(new Wavering(random.nextLong())) : Optional.empty(), rates.queueNanos());
        Link.Pipe downlink = new Link.Pipe(rates.down(), rates.queueNanos());
        this.down = new Link.Pipe[]{downlink};
        this.disk = new Disk(cluster.time(), rates.disk());
        this.downFromAfar = cluster.linkOf(self.zone()).map(thin -> new Link.Pipe[]{thin, downlink}).orElse(down);
        VouchKey key = new VouchKey(self.host(), 0, Bytes.of(new byte[32]));
        this.engine = new SwarmEngine(new EngineOptions(self, key, SLOTS, rates.toldUpload(), (_, _) -> key.ed25519()), random);
    }

    // --- what a test does with it ---

    void start() {
        if (isAlive) {
            cluster.time().in(Cluster.DELAY_NANOS, () -> on(new Event.SchedulerUp()));
        }
    }

    /** Somebody on this host wants a blob. */
    void pull(SimBlob blob) {
        startedAt.putIfAbsent(blob.key(), cluster.time().now());
        ChunkSet here = stored.computeIfAbsent(blob.key(), _ -> new ChunkSet());
        sized.remove(blob.key());
        on(new Event.Begin(blob.key(), -1, here.copy()));
        on(new Event.ReaderOpened(blob.key(), 1, 0, -1, true));
    }

    /** Somebody on this host wants these chunks only. */
    void pullPart(SimBlob blob, int from, int to) {
        startedAt.putIfAbsent(blob.key(), cluster.time().now());
        ChunkSet here = stored.computeIfAbsent(blob.key(), _ -> new ChunkSet());
        on(new Event.Begin(blob.key(), blob.layout().blobSize(), here.copy()));
        on(new Event.ReaderOpened(blob.key(), 1, blob.layout().offset(from), blob.layout().offset(to), true));
    }

    /** Whether these chunks are here. */
    boolean hasPart(SimBlob blob, int from, int to) {
        ChunkSet missing = ChunkSet.ofRange(from, to);
        missing.removeAll(stored.getOrDefault(blob.key(), new ChunkSet()));
        return missing.isEmpty();
    }

    /** The blob is in the store from the start. */
    void hold(SimBlob blob) {
        stored.put(blob.key(), ChunkSet.ofRange(0, blob.layout().count()));
        finishedAt.put(blob.key(), cluster.time().now());
        on(new Event.Held(blob.key(), blob.layout().blobSize()));
    }

    /** Falls silent without a word: nobody is told that its links are gone. */
    void vanish() {
        isAlive = false;
        sending.values().forEach(Link.Transfer::cut);
        origin.values().forEach(SimOrigin.Connection::close);
    }

    /** Ends as a killed process does: the other ends of its links notice. */
    void die() {
        vanish();
        links.values().forEach(host -> cluster.time().in(Cluster.DELAY_NANOS, () -> host.linkLost(self.host())));
        cluster.time().in(Cluster.DELAY_NANOS, () -> cluster.scheduler().linkLost(self.host()));
    }

    /** From now on it sends wrong bytes. */
    void lie() {
        lies = true;
    }

    boolean isLiar() {
        return lies;
    }

    HostId id() {
        return self.host();
    }

    boolean isAlive() {
        return isAlive;
    }

    boolean has(SimBlob blob) {
        return finishedAt.containsKey(blob.key());
    }

    int chunks(SimBlob blob) {
        return stored.getOrDefault(blob.key(), new ChunkSet()).size();
    }

    boolean readsOrigin() {
        return !origin.isEmpty();
    }

    /** From the pull to the proof, in seconds. */
    double seconds(SimBlob blob) {
        return (java.util.Objects.requireNonNull(finishedAt.get(blob.key())) - java.util.Objects.requireNonNull(startedAt.get(blob.key())))
                / 1e9;
    }

    long finishedAt(SimBlob blob) {
        return java.util.Objects.requireNonNull(finishedAt.get(blob.key()));
    }

    /** Chunks that came although they were here already. */
    long duplicates() {
        return duplicates;
    }

    long corrupt() {
        return corrupt;
    }

    long sentBytes() {
        return up.sentBytes();
    }

    /** What bytes from hosts of a zone, or from the registry, pass on their way to this host. */
    Link.Pipe[] way(String fromZone) {
        return fromZone.equals(self.zone()) ? down : downFromAfar;
    }

    double uploadRate() {
        return up.bytesPerSecond();
    }

    /** At which it can get and keep a blob. */
    double downloadRate() {
        return Math.min(down[0].bytesPerSecond(), disk.bytesPerSecond());
    }

    Disk disk() {
        return disk;
    }

    @Nullable
    Failure failure(SimBlob blob) {
        return failures.get(blob.key());
    }

    // --- the shell ---

    void on(Event event) {
        if (!isAlive) {
            return;
        }
        for (Command command : engine.on(event, cluster.time().now())) {
            carryOut(command);
        }
        long tick = engine.nextTick();
        if (tick != Long.MAX_VALUE && tick < nextTick) {
            nextTick = tick;
            cluster.time().in(tick - cluster.time().now(), () -> tick(tick));
        }
    }

    private void tick(long planned) {
        if (planned == nextTick) {
            nextTick = Long.MAX_VALUE;
            on(new Event.Tick());
        }
    }

    private void carryOut(Command command) {
        cluster.count(command);
        switch (command) {
            case Command.TellScheduler tell ->
                cluster.time().in(up.delay(TO_SCHEDULER), () -> cluster.scheduler().receive(self.host(), tell.message()));
            case Command.Connect connect -> connect(connect.peer().host());
            case Command.Disconnect disconnect -> disconnect(disconnect.peer());
            case Command.TellPeer tell -> tell(tell);
            case Command.Announce announce -> announce(announce);
            case Command.Retract retract ->
                retract.to().forEach(to -> send(to, new PeerMessage.Lost(retract.blob(), retract.chunks())));
            case Command.Fetch fetch -> fetch(fetch);
            case Command.Abandon abandon -> {
                requests.remove(abandon.request());
                lanes.ended(abandon.request());
            }
            case Command.Serve serve -> serve(new Served(serve.to(), serve.request()));
            case Command.Decline decline -> {
                asked.remove(new Served(decline.to(), decline.request()));
                FetchOutcome outcome = decline.reason() == Command.Decline.Reason.WITHDRAWN ? FetchOutcome.WITHDRAWN : FetchOutcome.MISSING;
                toPeer(decline.to(), host -> host.ended(decline.request(), outcome));
            }
            case Command.ReadOrigin read -> {
                stopOrigin(read.blob());
                origin.put(read.blob(), cluster.origin().open(this, cluster.blob(read.blob()), read.epoch(), read.from(), read.to()));
            }
            case Command.ReadAlone read -> alone.computeIfAbsent(read.blob(), _ -> new ArrayList<>())
                    .add(cluster.origin().openAlone(this, cluster.blob(read.blob()), read.epoch(), read.from(), read.to()));
            case Command.StopOrigin stop -> {
                stopOrigin(stop.blob());
                alone.getOrDefault(stop.blob(), List.of()).forEach(SimOrigin.Connection::close);
            }
            case Command.FailReaders fail -> failures.put(fail.blob(), new Failure(fail.reason().name()));
            case Command.Shun _,Command.Pardon _,Command.End _ -> {
            }
        }
    }

    /** Why a runtime on this host was sent away. */
    record Failure(String reason) {}

    private void stopOrigin(BlobKey blob) {
        SimOrigin.Connection connection = origin.remove(blob);
        if (connection != null) {
            connection.close();
        }
    }

    private void toPeer(HostId to, java.util.function.Consumer<SimHost> action) {
        cluster.host(to).ifPresent(host -> cluster.time().in(up.delay(host.way(self.zone())), () -> {
            if (host.isAlive) {
                action.accept(host);
            }
        }));
    }

    private void connect(HostId peer) {
        cluster.time().in(2 * Cluster.DELAY_NANOS, () -> {
            SimHost other = cluster.host(peer).orElseThrow();
            if (!isAlive) {
                return;
            }
            if (!other.isAlive) {
                on(new Event.PeerDown(peer));
                return;
            }
            links.put(peer, other);
            other.links.put(self.host(), this);
            other.on(new Event.PeerUp(self));
            on(new Event.PeerUp(other.self));
        });
    }

    private void disconnect(HostId peer) {
        links.remove(peer);
        toPeer(peer, host -> host.linkLost(self.host()));
    }

    private void linkLost(HostId peer) {
        if (links.remove(peer) != null) {
            on(new Event.PeerDown(peer));
        }
    }

    void schedulerLost() {
        cluster.time().in(Cluster.DELAY_NANOS, () -> on(new Event.SchedulerDown()));
    }

    /** A liar that is found out goes away: what it would take from the registry by itself is no matter of the swarm. */
    void fromScheduler(SchedulerMessage message) {
        if (lies && message instanceof SchedulerMessage.Shun(HostId found) && found.equals(self.host())) {
            vanish();
        }
        on(new Event.FromScheduler(message));
    }

    private void send(HostId to, PeerMessage message) {
        SimHost host = links.get(to);
        if (host != null) {
            cluster.time().in(up.delay(host.way(self.zone())), () -> host.receive(self.host(), message));
        }
    }

    private void receive(HostId from, PeerMessage message) {
        if (links.containsKey(from)) {
            if (message instanceof PeerMessage.Have have && sized.add(have.blob())) {
                // The states that come with it are signed for this size.
                on(new Event.Sized(have.blob(), have.size()));
            }
            on(new Event.FromPeer(from, message));
        }
    }

    /** A request that the neighbour has not seen is taken back, or put in front, without it. */
    private void tell(Command.TellPeer tell) {
        switch (tell.message()) {
            case PeerMessage.Cancel(long request) -> lanes.withdraw(request)
                    .ifPresentOrElse(_ -> cluster.time().in(0, () -> ended(request, FetchOutcome.WITHDRAWN)),
                            () -> send(tell.to(), tell.message()));
            case PeerMessage.Urgent(long request) -> lanes.withdraw(request)
                    .ifPresentOrElse(fetch -> lanes.fetch(fetch, Urgency.URGENT), () -> send(tell.to(), tell.message()));
            default -> send(tell.to(), tell.message());
        }
    }

    private void announce(Command.Announce announce) {
        SimBlob blob = cluster.blob(announce.blob());
        PeerMessage have = new PeerMessage.Have(announce.blob(), blob.layout().blobSize(), blob.layout().number(), announce.chunks(),
                List.of(),
                List.of());
        announce.to().forEach(to -> send(to, have));
    }

    private void fetch(Command.Fetch fetch) {
        requests.add(fetch.request());
        lanes.fetch(fetch, fetch.urgency());
    }

    private void ask(Command.Fetch fetch) {
        int bytes = cluster.blob(fetch.blob()).layout().length(fetch.chunk());
        toPeer(fetch.from(), host -> host.asked(self.host(), fetch, bytes));
    }

    private void asked(HostId from, Command.Fetch fetch, int bytes) {
        asked.put(new Served(from, fetch.request()), new Wanted(fetch.blob(), fetch.chunk()));
        on(new Event.Asked(from, from.toString(), fetch.request(), fetch.blob(), fetch.chunk(), bytes, fetch.urgency()));
    }

    private void serve(Served served) {
        Wanted wanted = asked.remove(served);
        SimHost to = cluster.host(served.to()).orElseThrow();
        if (wanted == null || !to.isAlive) {
            cluster.time().in(0, () -> on(new Event.Served(served.to(), served.request(), false)));
            return;
        }
        SimBlob blob = cluster.blob(wanted.blob());
        if (!to.self.zone().equals(self.zone())) {
            cluster.countBetweenZones(blob.layout().length(wanted.chunk()));
        }
        sending.put(served, up.send(to.way(self.zone()), blob.layout().length(wanted.chunk()),
                () -> on(new Event.Served(served.to(), served.request(), true)), new Link.Receiver() {
                    @Override
                    public void progressed(int bytes) {
                        to.progressed(served.request(), bytes);
                    }

                    @Override
                    public void arrived() {
                        sending.remove(served);
                        to.arrived(served.request(), blob, wanted.chunk(), lies);
                    }
                }));
    }

    private void progressed(long request, int bytes) {
        if (requests.contains(request)) {
            on(new Event.FetchProgress(request, bytes));
        }
    }

    private void arrived(long request, SimBlob blob, int chunk, boolean isFalse) {
        if (!requests.contains(request)) {
            lanes.ended(request);
            duplicates++;
        } else if (isFalse) {
            requests.remove(request);
            lanes.ended(request);
            corrupt++;
            on(new Event.Fetched(request, FetchOutcome.CORRUPT));
        } else {
            disk.write(blob.layout().length(chunk), () -> written(request, blob, chunk));
        }
    }

    private void written(long request, SimBlob blob, int chunk) {
        lanes.ended(request);
        if (requests.remove(request)) {
            on(new Event.Fetched(request, FetchOutcome.STORED));
        }
        stored(blob, chunk);
    }

    private void ended(long request, FetchOutcome outcome) {
        lanes.ended(request);
        if (requests.remove(request)) {
            on(new Event.Fetched(request, outcome));
        }
    }

    /** A chunk is on disk and verified, from wherever it came. */
    void stored(SimBlob blob, int chunk) {
        ChunkSet here = stored.computeIfAbsent(blob.key(), _ -> new ChunkSet());
        if (!here.add(chunk)) {
            duplicates++;
            return;
        }
        on(new Event.Gained(blob.key(), ChunkSet.of(chunk)));
        if (here.size() == blob.layout().count() && isAlive) {
            finishedAt.put(blob.key(), cluster.time().now());
            cluster.finished(this, blob);
            on(new Event.ReaderClosed(blob.key(), 1));
            on(new Event.Proven(blob.key(), blob.layout().blobSize()));
        }
    }
}
