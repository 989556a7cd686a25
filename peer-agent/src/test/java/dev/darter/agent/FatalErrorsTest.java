package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;

final class FatalErrorsTest {

    private final List<Integer> halts = new CopyOnWriteArrayList<>();
    private final FatalErrors errors = new FatalErrors(halts::add);

    @Test
    void endsTheProcessWithAThreadOfItsOwn() throws InterruptedException {
        run(Thread.ofPlatform(), () -> {
            throw new StackOverflowError("on purpose");
        });
        assertThat(halts).containsExactly(FatalErrors.STATUS);
    }

    @Test
    void letsRequestsEndAlone() throws InterruptedException {
        run(Thread.ofVirtual(), () -> {
            throw new StackOverflowError("on purpose");
        });
        run(Thread.ofPlatform(), () -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(halts).isEmpty();
    }

    private void run(Thread.Builder builder, Runnable task) throws InterruptedException {
        Thread thread = builder.unstarted(task);
        thread.setUncaughtExceptionHandler(errors);
        thread.start();
        thread.join();
    }
}
