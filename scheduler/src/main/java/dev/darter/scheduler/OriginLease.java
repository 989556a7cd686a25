package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.Bytes;
import dev.darter.protocol.HostId;
import dev.darter.protocol.VouchKey;

/** The right to read one blob from its origin: one holder at a time, numbered by epochs, each with a key that signs what it reads. */
final class OriginLease {

    /** The epoch of those who read for want of a scheduler; they sign with their own key, which all members know. */
    private static final long BY_RANK = 0;

    private static final long NONE = -1;

    private enum State {
        FREE,
        GRANTED,
        /** All was read; the holder has the whole blob or soon will. */
        DONE
    }

    private final long before;
    private State state = State.FREE;
    @Nullable
    private HostId holder;
    /** That of the present or last holder. */
    private long epoch;
    /** The last one that was granted here. */
    private long granted;
    /** The last one that was taken from its holder. */
    private long revoked = NONE;
    private long since;
    private int boundary;
    private List<VouchKey> keys = new ArrayList<>();

    /**
     * @param before the epoch before the first one. By lot, because a scheduler that has started anew does not know what an earlier one granted:
     *            two leases with one number and two keys would make honest relays look like forgers
     */
    OriginLease(long before) {
        this.before = before;
        this.granted = before;
    }

    boolean isFree() {
        return state == State.FREE;
    }

    boolean isGranted() {
        return state == State.GRANTED;
    }

    boolean isHeldBy(HostId host) {
        return state != State.FREE && host.equals(holder);
    }

    boolean isHeldBy(HostId host, long epoch) {
        return isHeldBy(host) && this.epoch == epoch;
    }

    /** The holder; only while granted or done. */
    HostId holder() {
        return java.util.Objects.requireNonNull(holder);
    }

    /** When the holder became the holder; it may have had nothing to say before. */
    long since() {
        return since;
    }

    long epoch() {
        return epoch;
    }

    /** Up to here the chain was known when this scheduler last heard of it. */
    int boundary() {
        return boundary;
    }

    /** Keys whose signatures are good. */
    List<VouchKey> keys() {
        return List.copyOf(keys);
    }

    void grant(Participant to, long now) {
        epoch = ++granted;
        since = now;
        state = State.GRANTED;
        holder = to.host;
    }

    /** Takes note of the key that the holder has made for its lease; empty when it is known, or when it is the holder's own, which all members know. */
    Optional<VouchKey> sign(Bytes with) {
        VouchKey key = new VouchKey(holder(), epoch, with);
        boolean isKnown = epoch == BY_RANK
                || keys.stream().anyMatch(known -> known.signer().equals(key.signer()) && known.epoch() == epoch);
        if (isKnown) {
            return Optional.empty();
        }
        keys.add(key);
        return Optional.of(key);
    }

    /** Whether a lease with this number was granted by somebody else, and not taken back here. */
    boolean isForeign(long epoch) {
        return epoch != revoked && (epoch <= before || epoch > granted);
    }

    /** Takes the lease from its holder. */
    void revoke() {
        revoked = epoch;
        free();
    }

    /** A lease of an earlier scheduler goes on under this one. */
    void adopt(Participant from, long epoch, long now) {
        since = now;
        this.epoch = epoch;
        state = State.GRANTED;
        holder = from.host;
    }

    void progress(int boundary) {
        this.boundary = Math.max(this.boundary, boundary);
    }

    void done() {
        state = State.DONE;
    }

    void free() {
        state = State.FREE;
        holder = null;
    }

    /** Nothing that was signed so far is believed from {@code boundary} on. Returns the keys that are no longer good. */
    List<VouchKey> withdrawKeys(int boundary) {
        List<VouchKey> withdrawn = keys;
        keys = new ArrayList<>();
        this.boundary = boundary;
        return withdrawn;
    }
}
