package dev.darter.registry;

import java.io.IOException;

/** One reader of one blob. Blocking; for one thread at a time, but for {@link #close()}; must be closed. */
public interface BlobReader extends AutoCloseable {

    /** Length of the blob in bytes; blocks until it is known. */
    long size() throws IOException, InterruptedException;

    /**
     * Blocks until verified bytes from this offset on are at hand and returns as many of them as are, at least one and at most
     * {@code maxLength}. The last bytes of a blob come only when the whole blob is proven. Fails with an {@link OriginException} when nobody
     * can supply them, with another {@link IOException} when the blob turned out to be false.
     */
    BlobBytes read(long offset, long maxLength) throws IOException, InterruptedException;

    /**
     * Gives the reader up; nobody fetches for it any more. Any thread may call it, also while another one waits in {@link #read} or
     * {@link #size}: that call then fails with an {@link IOException} at once. So a runtime that goes away frees its download.
     */
    @Override
    void close();
}
