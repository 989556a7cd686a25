package dev.darter.scheduler;

/** How fast hosts say that they upload, all together: whether they are alike. Costs the same for any number of hosts. */
final class ToldRates {

    /** Standard deviation over mean from which on rates count as different. */
    private final double different;
    private int count;
    private double sum;
    private double squares;

    ToldRates(double different) {
        this.different = different;
    }

    /** @param bytesPerSecond 0 where a host says nothing */
    void add(long bytesPerSecond) {
        note(bytesPerSecond, 1);
    }

    void remove(long bytesPerSecond) {
        note(bytesPerSecond, -1);
    }

    private void note(long bytesPerSecond, int times) {
        if (bytesPerSecond > 0) {
            count += times;
            sum += times * (double) bytesPerSecond;
            squares += times * (double) bytesPerSecond * bytesPerSecond;
        }
    }

    boolean areDifferent() {
        return count > 1 && squares * count > sum * sum * (1 + different * different);
    }
}
