package dev.darter.store;

/** How far a chain state can be believed, in rising order. */
public enum Trust {
    /** A neighbour said so. Anyone can invent a state, bytes and the next state: it finds damage and proves nothing. */
    CLAIMED,
    /** A host signed it that read the origin or has proven the blob; or this host computed it from the origin's bytes. */
    VOUCHED,
    /** The chain is closed from the initial value to the digest. */
    PROVEN;

    boolean atLeast(Trust other) {
        return compareTo(other) >= 0;
    }

    static Trust lower(Trust one, Trust other) {
        return one.atLeast(other) ? other : one;
    }
}
