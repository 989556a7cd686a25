package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Queue<Runnable> eventLoop = new ArrayDeque<>();
    private boolean reading = true;
    private Runnable beforePause = () -> {};
    private final Backlog backlog = new Backlog(80, eventLoop::add, this::pause, () -> reading = true);

    private void pause() {
        beforePause.run();
        reading = false;
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            backlog.added(10);
        }
    }

    private void workOff(int count) {
        for (int i = 0; i < count; i++) {
            backlog.done(10);
        }
    }

    private void runEventLoop() {
        while (!eventLoop.isEmpty()) {
            eventLoop.remove().run();
        }
    }

    @Test
    void pausesWhenTooMuchWaitsAndResumesAtHalf() {
        add(7);
        assertThat(reading).isTrue();
        add(3);
        assertThat(reading).isFalse();
        workOff(5);
        runEventLoop();
        assertThat(reading).isFalse();
        workOff(1);
        runEventLoop();
        assertThat(reading).isTrue();
    }

    @Test
    void pausesForOneThatIsLarge() {
        backlog.added(1_000);
        assertThat(reading).isFalse();
        backlog.done(1_000);
        runEventLoop();
        assertThat(reading).isTrue();
    }

    @Test
    void readsOnWhenAllIsWorkedOffJustBeforeThePause() {
        beforePause = () -> workOff(8);
        add(8);
        runEventLoop();
        assertThat(reading).isTrue();
    }

    @Test
    void staysPausedWhenMoreCameBeforeTheLoopCouldResume() {
        add(8);
        workOff(4);
        add(4);
        runEventLoop();
        assertThat(reading).isFalse();
        workOff(8);
        runEventLoop();
        assertThat(reading).isTrue();
    }
}
