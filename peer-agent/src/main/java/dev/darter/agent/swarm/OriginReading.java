package dev.darter.agent.swarm;

import java.util.List;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;

/**
 * This host's part in reading one blob from its origin: under a lease, or by rank while there is no scheduler. It reads only what neither this
 * host nor a neighbour has, one stretch after the other.
 */
final class OriginReading {

    /** A new holder looks so many chunks back from where the chain was last known to end: the lost one may have had them alone. */
    private static final int LOOK_BACK_CHUNKS = 16;
    private static final long TELL_NANOS = 3_000_000_000L;
    /** Without a scheduler, readers wait so long for a registry that asks to be left alone, in one pause or in several: as long as with one. */
    private static final long THROTTLED_NANOS = 10_000_000_000L;

    final ReadingAlone alone;
    private final Swarm swarm;
    private final Holes holes;
    private boolean isHolder;

    private boolean byRank;
    private long epoch;
    /** Where this host's part began. What comes before, hosts may have that are no neighbours. */
    private int begun;
    private int cursor;
    private int from;
    /** End of the stretch that is being read; -1 for the end of the blob, and only while reading. */
    private int to;
    private boolean isReading;
    private long lastBytes;
    private long lastTold;
    private int boundary;
    /** When the registry first asked for a pause; 0 where it has sent something since. */
    private long throttledSince;

    OriginReading(Swarm swarm) {
        this.swarm = swarm;
        this.alone = new ReadingAlone(swarm);
        this.holes = new Holes(swarm);
    }

    boolean isHolder() {
        return isHolder;
    }

    boolean isByRank() {
        return isHolder && byRank;
    }

    long epoch() {
        return epoch;
    }

    /** Whether a request is open that needs no new credentials. */
    boolean isReading() {
        return isReading;
    }

    /** Whether a chunk will come from the origin if nothing fails. */
    boolean willRead(int chunk) {
        return alone.willRead(chunk) || (isReading && chunk >= from && (to < 0 || chunk < to));
    }

    /** Whether the reading in order has come so near to a chunk. */
    boolean willReadSoon(int chunk, int chunks) {
        return isReading && chunk >= from && chunk < from + chunks && (to < 0 || chunk < to);
    }

    /** The scheduler grants the lease. */
    void granted(long epoch, int fromBoundary) {
        boundary = fromBoundary;
        begin(epoch, Math.max(0, fromBoundary - LOOK_BACK_CHUNKS), false);
        if (!swarm.isSized() || swarm.layout().count() != 1) {
            // The key has to be known by the time that the first states are; a single chunk needs none.
            tellProgress();
        }
    }

    /** There is no scheduler, and this host's turn has come. */
    void takeByRank() {
        begin(0, 0, true);
    }

    private void begin(long epoch, int cursor, boolean byRank) {
        this.epoch = epoch;
        this.begun = cursor;
        this.cursor = cursor;
        this.byRank = byRank;
        holes.clear();
        isHolder = true;
        lastBytes = swarm.host.now;
        lastTold = swarm.host.now;
        // What somebody waits for first; and the rest at once behind it, while the caller is there whose credentials it needs.
        swarm.askForWaitedFor();
        readOn();
    }

    /** Reads the next stretch that nobody has; where the size is unknown that is all of it. */
    private void readOn() {
        isReading = false;
        if (!swarm.isSized()) {
            read(0, -1);
            return;
        }
        if (!swarm.readers.wantRest()) {
            return;
        }
        int count = swarm.layout().count();
        int first = Math.min(cursor, count);
        while (first < count && isElsewhere(first)) {
            first++;
        }
        if (first == count) {
            cursor = count;
            return;
        }
        int end = first;
        while (end < count && !isElsewhere(end)) {
            end++;
        }
        read(first, end == count ? -1 : end);
    }

    /** Somebody wants more than parts now. */
    void resume() {
        if (isHolder && !isReading) {
            readOn();
        }
    }

    /** Whether a chunk comes without the reading in order. */
    boolean isElsewhere(int chunk) {
        return swarm.isKnownSomewhere(chunk) || alone.willRead(chunk);
    }

    private void read(int from, int to) {
        isReading = true;
        this.from = from;
        this.to = to;
        lastBytes = swarm.host.now;
        swarm.host.out.add(new Command.ReadOrigin(swarm.blob, epoch, from, to));
    }

    void progressed(long epoch, int boundary) {
        if (!isHolder || epoch != this.epoch) {
            return;
        }
        lastBytes = swarm.host.now;
        throttledSince = 0;
        this.boundary = Math.max(this.boundary, boundary);
        from = Math.max(from, boundary);
        cursor = Math.max(cursor, boundary);
        if (lastTold == 0 || swarm.host.now - lastTold > TELL_NANOS) {
            tellProgress();
        }
    }

    private void tellProgress() {
        lastTold = swarm.host.now;
        long silentMillis = isReading ? (swarm.host.now - lastBytes) / 1_000_000 : 0;
        swarm.host.out.tellScheduler(new AgentMessage.LeaseProgress(swarm.blob, epoch, swarm.size(), boundary, silentMillis,
                swarm.host.options.leaseKeys().publicKey(swarm.blob, epoch)));
    }

    /** Says again what a scheduler that has just started can't know. */
    void reintroduce() {
        if (isHolder) {
            tellProgress();
        }
    }

    void ended(long epoch, Outcome outcome, int boundary, long retryAfterMillis) {
        if (!isHolder || epoch != this.epoch) {
            return;
        }
        this.boundary = Math.max(this.boundary, boundary);
        isReading = false;
        if (outcome == Outcome.DONE) {
            cursor = Math.max(cursor, boundary);
            readOn();
            return;
        }
        failed(outcome, retryAfterMillis);
    }

    /** Chunks that somebody waits for were read, or can't be. */
    void aloneEnded(long epoch, int from, Outcome outcome, long retryAfterMillis) {
        if (!isHolder || epoch != this.epoch) {
            return;
        }
        if (outcome == Outcome.DONE) {
            throttledSince = 0;
        }
        if (alone.ended(from, outcome)) {
            failed(outcome, retryAfterMillis);
        }
    }

    private void failed(Outcome outcome, long retryAfterMillis) {
        giveBack(outcome, retryAfterMillis);
        if (outcome == Outcome.DENIED) {
            swarm.fail(Failure.DENIED, 0);
        } else if (!swarm.host.cluster.isLinked) {
            failedAlone(outcome, retryAfterMillis);
        }
    }

    /** There is no scheduler that would send another host to the origin, or this one again. */
    private void failedAlone(Outcome outcome, long retryAfterMillis) {
        switch (outcome) {
            case THROTTLED -> throttled(retryAfterMillis);
            case FALSE_CHAIN -> swarm.fail(Failure.FALSE_CONTENT, 0);
            case UNAVAILABLE -> swarm.fail(Failure.UNAVAILABLE, 0);
            case DONE, GIVEN_UP, DENIED -> {
                // Nobody has to be told.
            }
        }
    }

    private void throttled(long retryAfterMillis) {
        long now = swarm.host.now;
        long end = now + retryAfterMillis * 1_000_000;
        throttledSince = throttledSince == 0 ? now : throttledSince;
        if (end - throttledSince > THROTTLED_NANOS) {
            throttledSince = 0;
            swarm.fail(Failure.THROTTLED, retryAfterMillis);
        } else {
            swarm.host.cluster.throttle(swarm.blob.registry(), end);
        }
    }

    /** The blob is cut into other chunks than was thought: all is to be read. The shell has ended what was being read. */
    void resized() {
        alone.stop();
        boundary = 0;
        begun = 0;
        cursor = 0;
        holes.clear();
        from = 0;
        to = -1;
    }

    /** Another host has the lease now. */
    void revoked(long epoch) {
        if (isHolder && epoch == this.epoch) {
            stop();
        }
    }

    /** Stops reading and tells the scheduler why. */
    void giveBack(Outcome outcome, long retryAfterMillis) {
        if (isHolder) {
            swarm.host.out.tellScheduler(new AgentMessage.LeaseEnd(swarm.blob, epoch, outcome, boundary, retryAfterMillis));
            stop();
        }
    }

    /** What was read, or what it rests on, is false from a boundary on. */
    void broken(int firstDoubtful) {
        boundary = firstDoubtful;
        giveBack(Outcome.FALSE_CHAIN, 0);
    }

    private void stop() {
        if (isReading || alone.isBusy()) {
            swarm.host.out.add(new Command.StopOrigin(swarm.blob, epoch));
        }
        alone.stop();
        isHolder = false;
        isReading = false;
    }

    /** Everything is here: the lease has done its work. */
    void complete() {
        giveBack(Outcome.DONE, 0);
    }

    void tick() {
        if (!isHolder) {
            return;
        }
        if (isReading && swarm.host.now - lastBytes > TELL_NANOS && swarm.host.now - lastTold > TELL_NANOS) {
            tellProgress();
        }
        if (swarm.isSized() && swarm.readers.wantRest()) {
            readHoles();
        } else {
            holes.clear();
        }
    }

    /** Reads what the reading in order does not come to. */
    private void readHoles() {
        List<Integer> lasting = isReading ? holes.lasting(begun, from) : holes.lasting(0, swarm.layout().count());
        if (lasting.isEmpty()) {
            return;
        }
        if (!isReading) {
            cursor = lasting.getFirst();
            readOn();
        } else if (swarm.readers.canReadOrigin()) {
            // Else what is being read goes on: it may be read to its end without the caller.
            alone.read(lasting);
        }
    }
}
