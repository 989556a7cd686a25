package dev.darter.e2e.simulation;

import java.util.Random;

/** How an uplink's rate wavers: another one by lot every 100 ms, and now and then it stands still for 50 ms. */
final class Wavering {

    private static final long TURN_NANOS = 100_000_000L;
    private static final long STILL_NANOS = 50_000_000L;
    private static final double STILL_TURNS = 0.1;
    private static final double PART = 0.2;

    private final Random random;
    private long turn = -1;
    private double factor = 1;
    private long stillUntil;

    Wavering(long seed) {
        this.random = new Random(seed);
    }

    /** Its mean rate, as part of the rate that it wavers about. */
    static double mean() {
        return 1 - STILL_TURNS * STILL_NANOS / TURN_NANOS;
    }

    /** How long it takes from now to send what takes so long at a steady rate. */
    long nanos(long steady, long now) {
        for (long last = now / TURN_NANOS; turn < last; turn++) {
            factor = 1 - PART + 2 * PART * random.nextDouble();
            stillUntil = random.nextDouble() < STILL_TURNS ? (turn + 1) * TURN_NANOS + STILL_NANOS : 0;
        }
        return Math.max(0, stillUntil - now) + (long) (steady / factor);
    }
}
