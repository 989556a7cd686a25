package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CoreLoopTest {

    private static final Duration STUCK = Duration.ofMillis(500);

    private final FakeCore core = new FakeCore();
    private final CoreLoop loop = new CoreLoop("the core", core, STUCK);

    /** Ticks every few milliseconds, or never. */
    private static final class FakeCore implements CoreLoop.Core {
        final AtomicInteger ticks = new AtomicInteger();
        volatile boolean sleeps = true;
        volatile long tickMillis;
        private volatile long last = System.nanoTime();

        @Override
        public long nextTick() {
            return sleeps ? Long.MAX_VALUE : last + 5_000_000;
        }

        @Override
        public void tick(long nowNanos) {
            last = nowNanos;
            ticks.incrementAndGet();
            long end = System.nanoTime() + tickMillis * 1_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void handlesEventsInOrderAndTicksBesideThem() {
        List<Integer> order = new ArrayList<>();
        core.sleeps = false;
        for (int i = 0; i < 100; i++) {
            int number = i;
            loop.post(_ -> order.add(number));
        }
        loop.start();
        loop.postAndAwait(_ -> order.add(100));
        assertThat(order).hasSize(101).isSorted();
        Awaitility.await().until(() -> core.ticks.get() > 2);
        assertThat(loop.problem()).isEmpty();
    }

    @Test
    void handlesEventsThoughTicksTakeLongerThanTheTimeBetweenThem() {
        core.sleeps = false;
        core.tickMillis = 20;
        loop.start();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            loop.postAndAwait(_ -> order.add(number));
        }
        assertThat(order).hasSize(10);
    }

    @Test
    void holdsUpWhoSpeaksFasterThanTheCoreListens() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger said = new AtomicInteger();
        AtomicInteger heard = new AtomicInteger();
        loop.start();
        loop.post(_ -> {
            busy.countDown();
            awaitQuietly(release);
        });
        busy.await();
        Thread speaker = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 1_000; i++) {
                said.incrementAndGet();
                loop.postAndAwait(_ -> heard.incrementAndGet());
            }
        });
        Awaitility.await().until(() -> speaker.getState() == Thread.State.WAITING);
        assertThat(said).hasValue(1);
        release.countDown();
        speaker.join();
        assertThat(heard).hasValue(1_000);
    }

    @Test
    void goesOnAfterAnEventThatFailed() {
        loop.start();
        loop.postAndAwait(_ -> {
            throw new IllegalStateException("on purpose");
        });
        AtomicInteger heard = new AtomicInteger();
        loop.postAndAwait(_ -> heard.incrementAndGet());
        assertThat(heard).hasValue(1);
        assertThat(loop.problem()).isEmpty();
    }

    @Test
    void saysThatAnErrorHasEndedIt() throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        loop.start();
        loop.post(_ -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, error) -> uncaught.set(error));
            thread.set(Thread.currentThread());
            throw new StackOverflowError("on purpose");
        });
        Awaitility.await().until(() -> thread.get() != null);
        thread.get().join();
        assertThat(uncaught.get()).isInstanceOf(StackOverflowError.class);
        assertThat(loop.problem()).contains("the core has ended");
        // Who speaks to it all the same is not left waiting.
        loop.postAndAwait(_ -> {});
    }

    @Test
    void saysThatItIsStuck() {
        CountDownLatch release = new CountDownLatch(1);
        loop.start();
        loop.post(_ -> awaitQuietly(release));
        Awaitility.await().until(() -> loop.problem().isPresent());
        assertThat(loop.problem().orElseThrow()).startsWith("the core has not run for ");
        release.countDown();
        Awaitility.await().until(() -> loop.problem().isEmpty());
    }

    /** With nothing to do for longer than a core may be stuck, it is well all the same. */
    @Test
    void isWellWhileItIsIdle() {
        loop.start();
        Awaitility.await().during(STUCK.multipliedBy(3)).until(() -> loop.problem().isEmpty());
        assertThat(core.ticks).hasValue(0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(40, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
