package dev.darter.store;

/**
 * What the store takes up.
 *
 * @param bytes of data: complete blobs, the whole size of partial ones, and removed ones that somebody still reads
 * @param quotaBytes what it may take up
 * @param blobs number of complete blobs
 * @param partials number of partial blobs
 */
public record StoreUsage(long bytes, long quotaBytes, int blobs, int partials) {}
