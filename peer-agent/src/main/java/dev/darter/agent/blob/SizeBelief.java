package dev.darter.agent.blob;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.HostId;

/**
 * How long one blob is, and how far that is believed. A size decides how a blob is cut, so nothing can be verified before it is known, and with a
 * false one nothing ever is.
 *
 * <p>What neighbours name counts when somebody who is believed has signed states for it. Unsigned it is tried only for blobs of one chunk, of
 * which there is nothing to sign: the first chunk proves or refutes it. A manifest is believed before neighbours, but whoever may push one
 * may be wrong about somebody else's layer; so where signed states contradict it, the registry is asked. Not thread-safe.
 */
final class SizeBelief {

    /** Where the size is from, from worse to better. */
    enum Basis {
        UNKNOWN,
        /** A neighbour named it and nobody has confirmed it. */
        CLAIMED,
        /** A manifest, or an earlier run of this program. */
        TOLD,
        /** The origin, or somebody who signed states of the blob. */
        CONFIRMED
    }

    /** What to do about what was heard. */
    sealed interface Next {

        /** This is the size from now on; -1 when none is known any more. */
        record Use(long size) implements Next {}

        /** Two who are believed contradict each other: the origin knows. The given size counts if it can't be asked. */
        record AskOrigin(long otherwise) implements Next {}

        /** Nothing changes. */
        record Nothing() implements Next {}
    }

    /** Neighbours whose unsigned words are remembered: a host has sixteen. */
    private static final int MOST_CLAIMS = 64;
    private static final Next NOTHING = new Next.Nothing();

    private final Map<HostId, Long> claims = new LinkedHashMap<>();
    private long size = -1;
    private Basis basis = Basis.UNKNOWN;

    /** In bytes; -1 while none is known. */
    long size() {
        return size;
    }

    Basis basis() {
        return basis;
    }

    /** The size is known from elsewhere. */
    void settle(long size, Basis basis) {
        this.size = size;
        this.basis = basis;
    }

    /**
     * A neighbour names a size.
     *
     * @param isSigned whether somebody who is believed has signed states for it
     */
    Next heard(HostId from, long named, boolean isSigned) {
        if (!isSigned) {
            return claimed(from, named);
        }
        return switch (basis) {
            case UNKNOWN, CLAIMED -> use(named, Basis.CONFIRMED);
            case TOLD -> {
                if (named == size) {
                    yield NOTHING;
                }
                basis = Basis.CONFIRMED; // It is being asked for, once.
                yield new Next.AskOrigin(named);
            }
            case CONFIRMED -> NOTHING;
        };
    }

    private Next claimed(HostId from, long named) {
        if (ChunkLayout.forSize(named).count() > 1 || (claims.size() >= MOST_CLAIMS && !claims.containsKey(from))) {
            return NOTHING;
        }
        claims.put(from, named);
        return basis == Basis.UNKNOWN ? use(named, Basis.CLAIMED) : NOTHING;
    }

    /** What a neighbour sent does not fit: the size that it named may be as false. The next one is tried. */
    Next refuted(HostId from) {
        claims.remove(from);
        if (basis != Basis.CLAIMED || claims.containsValue(size)) {
            return NOTHING;
        }
        return claims.isEmpty() ? use(-1, Basis.UNKNOWN) : use(claims.values().iterator().next(), Basis.CLAIMED);
    }

    private Next use(long named, Basis better) {
        boolean isNew = named != size;
        settle(named, better);
        return isNew ? new Next.Use(named) : NOTHING;
    }
}
