package dev.darter.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;

/** Waits for conditions, with deadlines. */
final class Waiting {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private Waiting() {}

    static void until(String condition, Duration limit, Callable<Boolean> holds) {
        Awaitility.await(condition).pollInSameThread().pollDelay(Duration.ZERO).pollInterval(INTERVAL).atMost(limit).until(holds);
    }
}
