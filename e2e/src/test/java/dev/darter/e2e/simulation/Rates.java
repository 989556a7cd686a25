package dev.darter.e2e.simulation;

/**
 * What a host can do, in bytes per second.
 *
 * @param up that its link sends
 * @param down that its link receives
 * @param toldUpload that it tells the scheduler it can send; 0 where it tells nothing
 * @param disk that its disk writes
 * @param isRough whether its uplink wavers about its rate
 * @param queueNanos how long what passes a half of its link waits behind the bytes of a transfer that fills it
 */
record Rates(double up, double down, long toldUpload, double disk, boolean isRough, long queueNanos) {

    /** A link that is as fast in both directions, of which the scheduler is told nothing, and a disk that is never waited for. */
    static Rates equal(double bytesPerSecond) {
        return new Rates(bytesPerSecond, bytesPerSecond, 0, Double.POSITIVE_INFINITY, false, 0);
    }

    Rates sending(double bytesPerSecond) {
        return new Rates(bytesPerSecond, down, toldUpload, disk, isRough, queueNanos);
    }

    Rates telling(double bytesPerSecond) {
        return new Rates(up, down, (long) bytesPerSecond, disk, isRough, queueNanos);
    }

    Rates writing(double bytesPerSecond) {
        return new Rates(up, down, toldUpload, bytesPerSecond, isRough, queueNanos);
    }

    Rates rough() {
        return new Rates(up, down, toldUpload, disk, true, queueNanos);
    }

    Rates queueing(long nanos) {
        return new Rates(up, down, toldUpload, disk, isRough, nanos);
    }
}
