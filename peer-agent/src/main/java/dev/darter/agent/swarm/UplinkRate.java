package dev.darter.agent.swarm;

import java.util.Arrays;

/**
 * What this host's uplink carries: bytes over the time in which something was being sent, in windows of a few chunks. Receivers and the processor make a window look
 * slower, and nothing makes one look faster; so the fastest of the last windows counts, as in BBR (Cardwell et al., 2016), and it need not be full all the time.
 */
final class UplinkRate {

    /** Windows that are remembered. */
    private static final int WINDOWS = 32;
    private static final int MOST_CHUNKS_OF_WINDOW = 8;
    /** Fewer windows or chunks than these say more about receivers than about the uplink. */
    private static final int LEAST_WINDOWS = 4;
    private static final int LEAST_CHUNKS = 12;
    private static final double WORTH_TELLING = 0.25;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double[] windows = new double[WINDOWS];
    private int windowCount;
    private int chunkCount;
    private long since;
    private long bytes;
    private int chunks;
    private double told;

    /** Something is sent, and nothing was just before. */
    void begin(long now) {
        since = now;
        bytes = 0;
        chunks = 0;
    }

    /** So many bytes that began to be sent at {@code begun} have left; nothing else is on its way where they are the last. */
    void sent(int length, long begun, boolean isLast, long now) {
        if (begun >= since) {
            bytes += length;
            chunks++;
            chunkCount++;
        }
        if (now > since && bytes > 0 && (isLast || chunks >= MOST_CHUNKS_OF_WINDOW)) {
            windows[windowCount++ % WINDOWS] = bytes * NANOS_PER_SECOND / (now - since);
            begin(now);
        }
    }

    /** Whether it is another one, by a quarter, than at the last time this was true. */
    boolean isNews() {
        if (windowCount < LEAST_WINDOWS || chunkCount < LEAST_CHUNKS) {
            return false;
        }
        double rate = Arrays.stream(windows).max().orElseThrow();
        boolean isNews = Math.abs(rate - told) > WORTH_TELLING * told;
        told = isNews ? rate : told;
        return isNews;
    }

    /** In bytes per second; 0 where nothing was told yet. */
    long told() {
        return Math.round(told);
    }
}
