package dev.darter.store;

/** What became of a chunk that was offered to a {@link PartialBlob}. */
public sealed interface WriteResult {

    /** The bytes lead from the state before to the state after (or have their own hash) and are in the file. */
    record Accepted() implements WriteResult {}

    /** The chunk was there already; the bytes were not looked at. */
    record AlreadyThere() implements WriteResult {}

    /**
     * The bytes don't lead from the state before to the state after; nothing was written.
     *
     * @param against the lower trust of the two states. Below {@link Trust#VOUCHED} the states may be false as well as the bytes, and so they may
     *            for the last chunk of a blob, where {@code against} is the trust of the state before it.
     */
    record Corrupt(Trust against) implements WriteResult {}

    /** The state before or after the chunk isn't known yet; nothing was written. Offer it again when it is. */
    record Unverifiable() implements WriteResult {}

    /** The disk is full; nothing was kept. */
    record Full() implements WriteResult {}
}
