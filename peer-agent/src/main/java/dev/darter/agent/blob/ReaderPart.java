package dev.darter.agent.blob;

/**
 * What one reader wants in one piece: for the swarm engine a reader of its own.
 *
 * @param from offset of the next byte that is wanted
 * @param to offset after the last one, or -1 for the blob's end
 */
record ReaderPart(long id, long from, long to) {

    boolean contains(long offset) {
        return offset >= from && (to < 0 || offset < to);
    }

    ReaderPart at(long offset) {
        return new ReaderPart(id, offset, to);
    }
}
