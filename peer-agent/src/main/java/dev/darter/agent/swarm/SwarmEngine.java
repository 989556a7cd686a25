package dev.darter.agent.swarm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

/**
 * Everything that one host decides about its downloads and its uplink, over all blobs. The policy is in small classes beside this one:
 * {@link StripeRequests} and {@link ChunkChoice} choose chunks and sources, {@link ParentChoice} new parents, {@link RequestWindow} how much is
 * under way, {@link Withdrawals}, {@link StalledReaders} and {@link EndGame} what to do about late chunks, {@link OriginReading} and {@link OriginRank} when to read
 * the origin, {@link UplinkQueue} who is served next.
 *
 * <p>Not thread-safe: it runs on the one thread of a {@link dev.darter.service.CoreLoop}. Times are nanoseconds of a clock that never goes back, such as
 * {@link System#nanoTime}; the engine reads none itself.
 */
public final class SwarmEngine {

    private static final long TICK_NANOS = 50_000_000L;
    private static final long IDLE_TICK_NANOS = 500_000_000L;

    private final Host host;
    private final Map<BlobKey, Swarm> swarms = new LinkedHashMap<>();
    private final Map<BlobKey, Long> held = new LinkedHashMap<>();
    private final PeerTalk peers;
    private final SchedulerTalk scheduler;
    private final Heartbeats heartbeats;
    private long lastTick;

    /** An engine that knows nobody and holds nothing. Equal seeds and equal events give equal commands. */
    public SwarmEngine(EngineOptions options, RandomGenerator random) {
        host = new Host(options, random);
        peers = new PeerTalk(host, this::swarm, swarms, held::containsKey);
        scheduler = new SchedulerTalk(host, swarms, held);
        heartbeats = new Heartbeats(host, swarms);
    }

    /** Takes notice of an event and says what to do now, in this order. */
    public List<Command> on(Event event, long nowNanos) {
        host.now = nowNanos;
        handle(event);
        serve();
        return host.out.drain();
    }

    /** When the next {@link Event.Tick} is due. Ask after each event. */
    public long nextTick() {
        return lastTick + (isIdle() ? IDLE_TICK_NANOS : TICK_NANOS);
    }

    private boolean isIdle() {
        for (Swarm swarm : swarms.values()) {
            if (swarm.phase() == Swarm.Phase.DOWNLOADING) {
                return false;
            }
        }
        return host.uplink.isIdle();
    }

    /** How many blobs this host has to do with, on its own account or a neighbour's. */
    int swarms() {
        return swarms.size();
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Tick _ -> tick();
            case Event.SchedulerUp _ -> scheduler.up();
            case Event.SchedulerDown _ -> scheduler.down();
            case Event.FromScheduler from -> fromScheduler(from.message());
            case Event.Remembered remembered -> host.cluster.remember(remembered.members());
            case Event.PeerUp up -> peers.up(up.peer());
            case Event.PeerDown down -> peers.down(down.peer());
            case Event.FromPeer from -> peers.heard(from.from(), from.message());
            case Event.Lied lied -> lied(lied);
            case Event.Misread(HostId reader, BlobKey blob, long epoch) ->
                host.out.tellScheduler(new AgentMessage.Accuse(blob, reader, epoch));
            case Event.Asked asked -> asked(asked);
            case Event.Served served -> host.uplink.finished(served.to(), served.request(), served.isWhole(), host.now);
            case Event.Held it -> held(it.blob(), it.size());
            case Event.Evicted evicted -> evicted(evicted.blob());
            case Event.Begin begin -> begin(begin);
            case Event.Sized sized -> ifKnown(sized.blob(), swarm -> swarm.resized(sized.size()));
            case Event.Gained gained -> ifKnown(gained.blob(), swarm -> swarm.gained(gained.chunks()));
            case Event.Lost lost -> ifKnown(lost.blob(), swarm -> swarm.lost(lost.chunks()));
            case Event.Proven proven -> {
                held(proven.blob(), proven.size());
                host.out.add(new Command.End(proven.blob()));
            }
            case Event.Broken broken -> broken(broken);
            case Event.ReaderOpened opened -> readerOpened(opened);
            case Event.ReaderMoved moved -> ifKnown(moved.blob(), swarm -> {
                swarm.readers.moved(moved.reader(), moved.offset());
                swarm.askForWaitedFor();
            });
            case Event.ReaderClosed closed -> ifKnown(closed.blob(), swarm -> swarm.readers.closed(closed.reader()));
            case Event.FetchProgress progress -> peers.progressed(progress.request());
            case Event.Fetched fetched -> peers.fetched(fetched.request(), fetched.outcome());
            case Event.OriginProgress progress -> ifKnown(progress.blob(), swarm -> {
                swarm.sized(progress.size());
                swarm.origin.progressed(progress.epoch(), progress.boundary());
            });
            case Event.AloneEnded ended -> ifKnown(ended.blob(), swarm -> {
                swarm.origin.aloneEnded(ended.epoch(), ended.from(), ended.outcome(), ended.retryAfterMillis());
                swarm.ask();
            });
            case Event.OriginEnded ended -> ifKnown(ended.blob(),
                    swarm -> swarm.origin.ended(ended.epoch(), ended.outcome(), ended.boundary(), ended.retryAfterMillis()));
        }
    }

    private void fromScheduler(SchedulerMessage message) {
        if (message instanceof SchedulerMessage.Shun(HostId accused)) {
            shunned(accused);
        } else if (message instanceof SchedulerMessage.Pardon(HostId pardoned)) {
            pardoned(pardoned);
        } else {
            scheduler.heard(message);
        }
    }

    /** A host that is shunned itself goes on as if there were no scheduler: nothing that it says counts. */
    private void shunned(HostId accused) {
        if (accused.equals(host.self())) {
            scheduler.down();
        } else {
            host.cluster.shun(accused);
            cut(accused);
        }
    }

    private void pardoned(HostId accused) {
        if (accused.equals(host.self())) {
            scheduler.up();
        } else {
            pardon(accused);
        }
    }

    private void pardon(HostId accused) {
        host.cluster.pardon(accused);
        host.out.add(new Command.Pardon(accused));
    }

    private void tick() {
        lastTick = host.now;
        host.cluster.overdue(host.now).forEach(this::pardon);
        peers.findSilent();
        peers.hangUpIdle();
        List.copyOf(swarms.values()).forEach(Swarm::tick);
        heartbeats.tick();
        swarms.values().removeIf(swarm -> swarm.phase() != Swarm.Phase.DOWNLOADING && swarm.trades.isEmpty());
    }

    /** Lets the uplink queue send as much as it wants to. */
    private void serve() {
        for (Optional<UplinkQueue.Asking> next = host.uplink.next(host.now); next.isPresent(); next = host.uplink.next(host.now)) {
            host.out.add(new Command.Serve(next.get().from(), next.get().request()));
        }
        UplinkRate rate = host.uplink.rate();
        if (host.cluster.isLinked && host.options.uploadBytesPerSecond() == 0 && rate.isNews()) {
            host.out.tellScheduler(new AgentMessage.Uplink(rate.told()));
        }
    }

    private void asked(Event.Asked asked) {
        Swarm swarm = swarms.get(asked.blob());
        boolean isHere = swarm != null ? swarm.mine.contains(asked.chunk()) : held.containsKey(asked.blob());
        if (isHere && !host.cluster.isShunned(asked.from())) {
            host.uplink.add(asked.from(), asked.address(), asked.request(), asked.blob(), asked.chunk(), asked.bytes(), rank(swarm, asked));
        } else {
            host.out.add(new Command.Decline(asked.from(), asked.request(), Command.Decline.Reason.MISSING));
        }
    }

    private static UplinkQueue.Rank rank(@Nullable Swarm swarm, Event.Asked asked) {
        if (asked.urgency() == Urgency.URGENT) {
            return UplinkQueue.Rank.URGENT;
        }
        return swarm != null && asked.urgency() == Urgency.NORMAL && swarm.links.isChild(asked.from(), asked.chunk())
                ? UplinkQueue.Rank.CHILD
                : UplinkQueue.Rank.OTHER;
    }

    private void held(BlobKey blob, long size) {
        if (held.put(blob, size) == null) {
            host.out.tellScheduler(new AgentMessage.Holds(blob, size));
        }
        if (peers.isFollowedEarly(blob)) {
            swarm(blob);
        }
        ifKnown(blob, swarm -> swarm.complete(size));
    }

    private void evicted(BlobKey blob) {
        if (held.remove(blob) != null) {
            host.out.tellScheduler(new AgentMessage.Evicted(blob));
        }
        host.uplink.drop(blob, _ -> true)
                .forEach(it -> host.out.add(new Command.Decline(it.from(), it.request(), Command.Decline.Reason.MISSING)));
        host.uplink.forget(blob);
        ifKnown(blob, Swarm::evicted);
    }

    private void begin(Event.Begin begin) {
        if (held.containsKey(begin.blob())) {
            // What is downloaded is here no longer; that event comes from another thread and may be late.
            evicted(begin.blob());
        }
        swarm(begin.blob()).begin(begin.size(), begin.servable());
    }

    private void readerOpened(Event.ReaderOpened opened) {
        ifKnown(opened.blob(), swarm -> {
            boolean isFirst = swarm.readers.isEmpty();
            boolean couldRead = swarm.readers.canReadOrigin();
            boolean wantedRest = swarm.readers.wantRest();
            swarm.readers.opened(opened);
            boolean isMore = !wantedRest && swarm.readers.wantRest();
            if (isFirst || isMore || (!couldRead && opened.canReadOrigin())) {
                swarm.join();
            }
            if (isMore) {
                swarm.origin.resume();
            }
            swarm.ask();
        });
    }

    private void lied(Event.Lied lied) {
        host.out.tellScheduler(new AgentMessage.Accuse(lied.blob(), lied.peer(), VouchKey.PROVEN));
        host.cluster.caught(lied.peer(), host.now);
        cut(lied.peer());
    }

    private void broken(Event.Broken broken) {
        ifKnown(broken.blob(), swarm -> {
            swarm.lost(broken.lost());
            if (swarm.origin.isHolder()) {
                swarm.origin.broken(broken.firstDoubtful());
            }
        });
    }

    private void cut(HostId liar) {
        host.out.add(new Command.Shun(liar));
        if (host.neighbours.containsKey(liar)) {
            host.out.add(new Command.Disconnect(liar));
            peers.down(liar);
        }
    }

    /** The swarm of a blob, made where there is none: with all chunks if the blob is held, else with none. */
    private Swarm swarm(BlobKey blob) {
        Swarm known = swarms.get(blob);
        if (known != null) {
            return known;
        }
        Swarm swarm = new Swarm(blob, host);
        swarms.put(blob, swarm);
        peers.made(swarm);
        Long size = held.get(blob);
        if (size != null) {
            swarm.complete(size);
        }
        return swarm;
    }

    private void ifKnown(BlobKey blob, Consumer<Swarm> action) {
        Swarm swarm = swarms.get(blob);
        if (swarm != null) {
            action.accept(swarm);
        }
    }
}
