package dev.darter.store;

/** What became of chain states that were told to a {@link PartialBlob}. */
public sealed interface LearnResult {

    /**
     * They agree with what is known, or replaced claims.
     *
     * @param gained how many are new or more trusted than before
     */
    record Learnt(int gained) implements LearnResult {}

    /**
     * Two vouched states differ, so one of the signers lies; nothing was learnt.
     *
     * @param boundary the first one where they differ
     * @param known trust of the state that stays: when it is {@link Trust#PROVEN}, the newcomer is the liar
     */
    record Conflict(int boundary, Trust known) implements LearnResult {}
}
