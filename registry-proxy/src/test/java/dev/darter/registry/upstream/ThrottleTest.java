package dev.darter.registry.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

class ThrottleTest {

    private static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

    private final Fixture.ManualClock clock = new Fixture.ManualClock();

    @ParameterizedTest
    @CsvSource({"120,120", "0,0", "' 7 ',7", "'Sun, 01 Jun 2025 12:01:30 GMT',90", "'Sun, 01 Jun 2025 11:00:00 GMT',0",
            "999999999999999,3600",
            "7200,3600"})
    void readsRetryAfter(String header, long seconds) {
        assertThat(RetryAfter.parse(header, NOW)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"soon", "-5", "1.5", "''", "'Mon, 99 Jun 2025 12:01:30 GMT'"})
    void ignoresRetryAfterThatSaysNothing(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"429,30,30", "503,30,30", "429,'Sun, 01 Jun 2025 12:00:20 GMT',20", "429,nonsense,1"})
    void leavesTheRegistryAloneForAsLongAsItWants(int status, String retryAfter, int seconds) throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.send(status, Map.of("Retry-After", retryAfter)));
                Upstream upstream = new Upstream(Fixture.config(registry.uri()), Fixture.PATIENT, EnvironmentProxies.none(), clock)) {
            assertThat(upstream.throttledUntil()).isEmpty();
            upstream.send(Fixture.blob()).close();
            assertThat(upstream.throttledUntil()).contains(NOW.plusSeconds(seconds));
            assertThatThrownBy(() -> upstream.send(Fixture.blob())).isInstanceOfSatisfying(OriginException.class, failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
                assertThat(failure.retryAfter()).contains(Duration.ofSeconds(seconds));
            });
            assertThat(registry.requests()).hasSize(1);
            clock.advance(Duration.ofSeconds(seconds));
            assertThat(upstream.throttledUntil()).isEmpty();
            upstream.send(Fixture.blob()).close();
            assertThat(registry.requests()).hasSize(2);
        }
    }

    @Test
    void isNotThrottledByAnOutage() throws Exception {
        try (FakeServer registry = FakeServer.start((request, reply) -> reply.send(503, Map.of()));
                Upstream upstream = new Upstream(Fixture.config(registry.uri()), Fixture.PATIENT, EnvironmentProxies.none(), clock)) {
            upstream.send(Fixture.blob()).close();
            assertThat(upstream.throttledUntil()).isEmpty();
        }
    }

    @Test
    void takesOverALongerPauseThatAnotherHostWasTold() {
        Throttle throttle = new Throttle(clock);
        throttle.extend(NOW.plusSeconds(10));
        throttle.extend(NOW.plusSeconds(5));
        assertThat(throttle.until()).isEqualTo(Optional.of(NOW.plusSeconds(10)));
    }
}
