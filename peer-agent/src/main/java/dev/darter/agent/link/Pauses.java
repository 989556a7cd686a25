package dev.darter.agent.link;

import java.util.random.RandomGenerator;

/** How long to wait before a scheduler is looked for again: longer each time that none was found, by lot so that not all come at once. */
final class Pauses {

    private static final long FIRST_MILLIS = 100;
    /** With the lot one and a half times as long: a scheduler that has started anew waits two seconds for those who hold something before it has origins read. */
    private static final long LONGEST_MILLIS = 1_000;

    private final RandomGenerator random;
    private long millis = FIRST_MILLIS;

    Pauses(RandomGenerator random) {
        this.random = random;
    }

    /** A scheduler was found. */
    void reset() {
        millis = FIRST_MILLIS;
    }

    long nextMillis() {
        long pause = millis / 2 + random.nextLong(millis);
        millis = Math.min(LONGEST_MILLIS, millis * 2);
        return pause;
    }
}
