package dev.darter.agent.swarm;

/**
 * How many chunks of a blob to have under way over the mesh. The mesh takes what the trees leave: when chunks take much longer from their first
 * byte to their last than they can, this host's downlink is full, and further requests would only hold up the uplinks of others. So the
 * window grows by one each time it was filled without delay, and shrinks on delay, as background transfers do (LEDBAT, RFC 6817).
 */
final class MeshWindow {

    /**
     * Requests that wait behind the trees of others must not keep this host from asking where an uplink is idle: with two as the least, hosts that have
     * fallen behind end with half of all uplinks unused.
     */
    private static final double LEAST = 16;
    private static final double MOST = 64;
    /** Twice is what a sender's other chunk costs. */
    private static final double DELAYED = 6;
    private static final double SHRINK = 0.7;
    /** The shortest time is forgotten slowly, because links change. */
    private static final double FORGET = 1.002;

    private double size = LEAST;
    private boolean wasDelayed;
    private double shortestNanosPerByte = Double.MAX_VALUE;

    /** A chunk came whole, so long after its first bytes. */
    void arrived(int bytes, long nanosSinceFirstBytes) {
        double perByte = (double) Math.max(1, nanosSinceFirstBytes) / bytes;
        shortestNanosPerByte = Math.min(shortestNanosPerByte * FORGET, perByte);
        if (perByte > DELAYED * shortestNanosPerByte) {
            size = Math.max(LEAST, size * SHRINK);
            wasDelayed = true;
        } else {
            size = Math.min(MOST, size + (wasDelayed ? 1 / size : 1));
        }
    }

    /** A chunk did not come in time: there is no room for as many. */
    void timedOut() {
        size = Math.max(LEAST, size * SHRINK);
        wasDelayed = true;
    }

    int size() {
        return (int) size;
    }
}
