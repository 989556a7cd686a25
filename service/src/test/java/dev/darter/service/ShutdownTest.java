package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class ShutdownTest {
    private final AtomicLong clock = new AtomicLong();
    private final Shutdown shutdown = new Shutdown(clock::get);
    private final List<String> stopped = new ArrayList<>();

    @Test
    void stopsInReverseOrderWithinOneDeadline() throws Exception {
        shutdown.add("store", remaining -> stopped.add("store " + remaining.toSeconds()));
        shutdown.add("swarm", remaining -> {
            stopped.add("swarm " + remaining.toSeconds());
            clock.addAndGet(Duration.ofSeconds(20).toNanos());
        });
        shutdown.add("proxy", remaining -> {
            stopped.add("proxy " + remaining.toSeconds());
            clock.addAndGet(Duration.ofSeconds(4).toNanos());
        });

        shutdown.run(Duration.ofSeconds(10));
        shutdown.run(Duration.ofSeconds(10));
        shutdown.await();

        assertThat(stopped).containsExactly("proxy 10", "swarm 6", "store 0");
    }

    @Test
    void aPartThatFailsDoesNotKeepTheOthersUp() throws Exception {
        shutdown.add("store", _ -> stopped.add("store"));
        shutdown.add("proxy", _ -> {
            throw new IllegalStateException("on purpose");
        });

        shutdown.run(Duration.ofSeconds(10));

        assertThat(stopped).containsExactly("store");
    }
}
