package dev.darter.store;

import java.util.List;

import dev.darter.protocol.ChainState;

/** What came of bytes that an {@link OriginAppender} was given. All but {@link Progress} end the appender. */
public sealed interface AppendResult {

    /**
     * The bytes were taken.
     *
     * @param firstBoundary boundary of the first of the states
     * @param states one for each chunk that these bytes completed, but none after the last chunk; may be empty
     * @param nextChunk the chunk that is being filled now; the number of chunks when all of them are there
     */
    record Progress(int firstBoundary, List<ChainState> states, int nextChunk) implements AppendResult {}

    /** The origin's bytes lead to another state than the one that was vouched for here. */
    record Conflict(int boundary) implements AppendResult {}

    /**
     * The last chunk is there, but what comes out isn't the digest.
     *
     * @param firstDoubtfulBoundary the first state that this host did not compute itself; 0 when it read everything, so that the origin is wrong
     */
    record Unclosed(int firstDoubtfulBoundary) implements AppendResult {}

    /** There are more bytes than the blob has. */
    record TooLong() implements AppendResult {}

    /** The blob was rewound behind the appender's back; begin anew from {@link PartialBlob#frontier}. */
    record Superseded() implements AppendResult {}

    /** The disk is full. */
    record Full() implements AppendResult {}
}
