package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;

@Timeout(60)
final class PerBlobTest {

    private static final BlobKey SLOW = blob("aa");
    private static final BlobKey OTHER = blob("bb");

    private final PerBlob work = new PerBlob();

    private static BlobKey blob(String digits) {
        return new BlobKey("https://registry.test", Digest.parse("sha256:" + digits.repeat(32)));
    }

    @Test
    void keepsTheOrderOfEachBlobAndHoldsUpNobodyElse() throws InterruptedException {
        CountDownLatch disk = new CountDownLatch(1);
        CountDownLatch slowDone = new CountDownLatch(3);
        CountDownLatch otherDone = new CountDownLatch(1);
        List<Integer> order = new ArrayList<>();
        work.execute(SLOW, () -> {
            awaitQuietly(disk);
            slowDone.countDown();
        });
        for (int i = 0; i < 2; i++) {
            int number = i;
            work.execute(SLOW, () -> {
                order.add(number);
                slowDone.countDown();
            });
        }
        work.execute(OTHER, otherDone::countDown);

        assertThat(otherDone.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(slowDone.getCount()).isEqualTo(3);
        disk.countDown();
        assertThat(slowDone.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly(0, 1);
    }

    @Test
    void goesOnAfterAFailure() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        work.execute(SLOW, () -> {
            throw new IllegalStateException("on purpose");
        });
        work.execute(SLOW, done::countDown);
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
