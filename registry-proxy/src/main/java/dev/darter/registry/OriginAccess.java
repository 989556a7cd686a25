package dev.darter.registry;

import java.io.IOException;

/** Reads one blob (or manifest by digest) from its origin with one caller's credentials. Blocking and thread-safe. */
public interface OriginAccess {

    /**
     * Asks the origin for the bytes from an offset to the end (an offset of 0 is an ordinary GET). Redirects are followed, with credentials
     * dropped; an origin that answers a range with the whole body is skipped forward to the offset. A body that breaks is resumed by range a
     * few times before the stream fails. A successful answer proves that this caller may read the blob.
     *
     * @throws OriginException when the origin refuses or fails
     */
    OriginBody open(long offset) throws IOException, InterruptedException;

    /** The same for a range: from {@code offset}, {@code length} bytes. */
    OriginBody open(long offset, long length) throws IOException, InterruptedException;
}
