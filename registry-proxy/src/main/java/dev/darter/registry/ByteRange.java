package dev.darter.registry;

/**
 * Some bytes of a blob, at least one.
 *
 * @param first offset of the first one
 * @param last offset of the last one
 */
public record ByteRange(long first, long last) {

    /** Checks that there is a byte in it. */
    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("No bytes from " + first + " to " + last);
        }
    }

    /** Number of bytes. */
    public long length() {
        return last - first + 1;
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
