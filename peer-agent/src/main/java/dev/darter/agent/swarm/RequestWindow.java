package dev.darter.agent.swarm;

/**
 * How many chunks to have under way from one neighbour: as many as arrive during its delay at its rate (the bandwidth-delay product), and one
 * more so that its queue does not run empty. Rate and delay are measured at each arrival, smoothed as TCP smooths its round-trip time (RFC
 * 6298, weights 7/8 and 1/8).
 */
final class RequestWindow {

    private static final int FIRST = 2;
    private static final int MOST = 64;
    /** Time that may pass at this host between an arrival and the next request. */
    private static final long OWN_DELAY_NANOS = 10_000_000L;
    private static final double OLD = 7.0 / 8;

    private double bytesPerNano;
    private double responseNanos;
    private long busySince;

    /** A request was sent while nothing else was under way. */
    void started(long now) {
        busySince = now;
    }

    /** A chunk arrived that was asked for at {@code askedAt}. */
    void arrived(int bytes, long askedAt, long now) {
        long spent = Math.max(1, now - Math.max(busySince, askedAt));
        double rate = (double) bytes / spent;
        long response = now - askedAt;
        bytesPerNano = bytesPerNano == 0 ? rate : bytesPerNano * OLD + rate * (1 - OLD);
        responseNanos = responseNanos == 0 ? response : responseNanos * OLD + response * (1 - OLD);
        busySince = now;
    }

    /** Requests that may be under way for chunks of this length. */
    int size(int chunkBytes) {
        if (bytesPerNano == 0) {
            return FIRST;
        }
        double transfer = chunkBytes / bytesPerNano;
        // What queues at the sender belongs to others; asking for more of it does not make it faster.
        double delay = Math.min(responseNanos, 2 * transfer + OWN_DELAY_NANOS) + OWN_DELAY_NANOS;
        return Math.clamp((long) Math.ceil(delay / transfer) + 1, FIRST, MOST);
    }

    /** How long an answer takes usually; 0 before the first one. */
    long responseNanos() {
        return (long) responseNanos;
    }
}
