package dev.darter.registry;

/** Some bytes of a blob, at least one. */
record ByteRange(long first, long last) {

    ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("No bytes from " + first + " to " + last);
        }
    }

    long length() {
        return last - first + 1;
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
