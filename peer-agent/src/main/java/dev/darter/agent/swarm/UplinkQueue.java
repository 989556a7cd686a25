package dev.darter.agent.swarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/**
 * What others want from this host's uplink, and in which order they get it. Only a few chunks are sent at a time: sending to all at once would
 * make each of them arrive late, and a host can pass on a chunk only when it has all of it.
 *
 * <p>Urgent requests go first. Then the blobs take turns, so that a large one does not hold up the others of its image. Of one blob, children go
 * first in the stripe in which they are, because others hang on them, and take turns: one that has fallen behind must not wait for those that have not. Of
 * what is left each gets the chunk that was sent least often, then the receiver that has got least of late, then the oldest request.
 */
final class UplinkQueue {

    /** Two, so that a receiver whose own downlink is busy does not stop the line. */
    private static final int PARALLEL = 2;
    /**
     * A chunk that has been on its way for so much of the shortest time that one ever took is not counted any more: its receiver's downlink may
     * be what is full. Else uplinks wait for receivers that several send to at once: in simulation 100 hosts that arrive within two seconds need
     * 1.06 of the bound without this, and 1.025 with it.
     */
    private static final double SLOW = 0.6;
    private static final long LEAST_SLOW_NANOS = 20_000_000L;
    private static final int MOST_AT_ONCE = 6;
    /**
     * Of these for one receiver, by its name and by the address that it asks from: names are free. With two, 50 hosts that arrive within two
     * seconds need 1.29 of the bound in simulation (median of 80 seeds), with four 1.05 as without.
     */
    private static final int MOST_TO_ONE = 4;
    /** While children are sent to, others have to wait for one of so many turns: what is sent beside them makes them later. */
    private static final int MOST_WITH_SPARE = 3;
    /** The shortest time is forgotten slowly, because links change. */
    private static final double FORGET = 1.002;

    /** What kind of request it is. */
    enum Rank {
        URGENT,
        CHILD,
        OTHER
    }

    /** One request of another host. */
    record Asking(HostId from, String address, long request, BlobKey blob, int chunk, int bytes, Rank rank, long order) {}

    private record Sending(Asking asking, long since) {}

    private record Id(HostId from, long request) {}

    private final Map<Id, Asking> queued = new LinkedHashMap<>();
    private final Map<Id, Sending> sending = new LinkedHashMap<>();
    private final Map<BlobKey, Map<Integer, Integer>> timesSent = new HashMap<>();
    private final FairTurns<HostId> receivers = new FairTurns<>();
    private final FairTurns<BlobKey> blobs = new FairTurns<>();
    private final Comparator<Asking> order = Comparator.comparing((Asking asking) -> asking.rank() != Rank.URGENT)
            .thenComparingLong(asking -> blobs.next(asking.blob()))
            .thenComparing(Asking::rank)
            .thenComparingInt(asking -> asking.rank() == Rank.OTHER ? timesSent(asking) : 0)
            .thenComparingLong(asking -> receivers.next(asking.from()))
            .thenComparingLong(Asking::order);
    private final UplinkRate rate = new UplinkRate();
    private long nextOrder;
    private long queuedBytes;
    private double shortestNanosPerByte;

    void add(HostId from, String address, long request, BlobKey blob, int chunk, int bytes, Rank rank) {
        withdraw(from, request);
        queued.put(new Id(from, request), new Asking(from, address, request, blob, chunk, bytes, rank, nextOrder++));
        queuedBytes += bytes;
    }

    /** Takes a request back; false where it is not queued any more, because it is being sent or was. */
    boolean withdraw(HostId from, long request) {
        Asking asking = queued.remove(new Id(from, request));
        queuedBytes -= asking == null ? 0 : asking.bytes();
        return asking != null;
    }

    /** Puts a queued request in front. */
    void urge(HostId from, long request) {
        Id id = new Id(from, request);
        Asking asking = queued.get(id);
        if (asking != null) {
            queued.put(id, new Asking(from, asking.address(), request, asking.blob(), asking.chunk(), asking.bytes(), Rank.URGENT,
                    asking.order()));
        }
    }

    /** A chunk was sent whole, or will never be. */
    void finished(HostId to, long request, boolean isWhole, long now) {
        Sending sent = sending.remove(new Id(to, request));
        if (sent == null) {
            withdraw(to, request);
        } else {
            rate.sent(isWhole ? sent.asking().bytes() : 0, sent.since(), sending.isEmpty(), now);
            double perByte = (double) (now - sent.since()) / sent.asking().bytes();
            shortestNanosPerByte = shortestNanosPerByte == 0 ? perByte : Math.min(shortestNanosPerByte * FORGET, perByte);
        }
    }

    /** A host is gone with all that it asked for. */
    void forget(HostId host) {
        for (Id id : List.copyOf(queued.keySet())) {
            if (id.from().equals(host)) {
                withdraw(host, id.request());
            }
        }
        sending.keySet().removeIf(id -> id.from().equals(host));
        receivers.forget(host);
    }

    /** Removes and returns the requests for chunks that can't be served any more. */
    List<Asking> drop(BlobKey blob, java.util.function.IntPredicate chunks) {
        List<Asking> dropped = new ArrayList<>();
        for (Asking asking : List.copyOf(queued.values())) {
            if (asking.blob().equals(blob) && chunks.test(asking.chunk())) {
                withdraw(asking.from(), asking.request());
                dropped.add(asking);
            }
        }
        return dropped;
    }

    /** The request to serve now, if the uplink has room for one. */
    Optional<Asking> next(long now) {
        if (queued.isEmpty() || sending.size() >= MOST_AT_ONCE || swiftlySending(now) >= PARALLEL) {
            return Optional.empty();
        }
        boolean isRoomForSpare = sending.size() < MOST_WITH_SPARE
                || sending.values().stream().noneMatch(each -> each.asking().rank() == Rank.CHILD);
        Asking best = null;
        for (Asking asking : queued.values()) {
            if ((best == null || order.compare(asking, best) < 0) && (isRoomForSpare || asking.rank() != Rank.OTHER)
                    && hasSlotFor(asking)) {
                best = asking;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        Asking chosen = best;
        withdraw(chosen.from(), chosen.request());
        if (sending.isEmpty()) {
            rate.begin(now);
        }
        sending.put(new Id(chosen.from(), chosen.request()), new Sending(chosen, now));
        timesSent.computeIfAbsent(chosen.blob(), _ -> new HashMap<>()).merge(chosen.chunk(), 1, Integer::sum);
        receivers.took(chosen.from(), chosen.bytes());
        blobs.took(chosen.blob(), chosen.bytes());
        return Optional.of(chosen);
    }

    private boolean hasSlotFor(Asking asking) {
        int toHost = 0;
        int toAddress = 0;
        for (Sending each : sending.values()) {
            toHost += each.asking().from().equals(asking.from()) ? 1 : 0;
            toAddress += each.asking().address().equals(asking.address()) ? 1 : 0;
        }
        return toHost < MOST_TO_ONE && toAddress < MOST_TO_ONE;
    }

    private int swiftlySending(long now) {
        int count = 0;
        for (Sending each : sending.values()) {
            double slow = Math.max(LEAST_SLOW_NANOS, SLOW * shortestNanosPerByte * each.asking().bytes());
            count += now - each.since() < slow ? 1 : 0;
        }
        return count;
    }

    private int timesSent(Asking asking) {
        @Nullable
        Map<Integer, Integer> ofBlob = timesSent.get(asking.blob());
        return ofBlob == null ? 0 : ofBlob.getOrDefault(asking.chunk(), 0);
    }

    /** What the uplink carries. */
    UplinkRate rate() {
        return rate;
    }

    /** Bytes that wait, over all blobs. */
    long queuedBytes() {
        return queuedBytes;
    }

    boolean isIdle() {
        return queued.isEmpty() && sending.isEmpty();
    }

    /** Hosts that wait for something or are being sent to. */
    Collection<HostId> waiting() {
        java.util.Set<HostId> hosts = new java.util.LinkedHashSet<>();
        queued.keySet().forEach(id -> hosts.add(id.from()));
        sending.keySet().forEach(id -> hosts.add(id.from()));
        return hosts;
    }

    /** Forgets how often the chunks of a blob were sent. */
    void forget(BlobKey blob) {
        timesSent.remove(blob);
        blobs.forget(blob);
    }
}
