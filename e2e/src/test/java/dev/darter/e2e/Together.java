package dev.darter.e2e;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Does several things at the same moment. */
final class Together {
    private Together() {}

    /** Runs all and returns their results in order; fails if one of them does. */
    static <T> List<T> run(List<? extends Callable<T>> tasks) {
        return tasks.stream().map(Together::begin).toList().stream().map(Together::result).toList();
    }

    /** Begins something that goes on beside the test. */
    static <T> Future<T> begin(Callable<? extends T> task) {
        FutureTask<T> future = new FutureTask<>(task::call);
        Thread.ofVirtual().start(future);
        return future;
    }

    /** What became of it; blocks until then. All that tests begin has a deadline of its own. */
    static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError("what was begun beside the test failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
