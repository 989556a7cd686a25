package dev.darter.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, sizes, rates and durations as people write them. */
class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1024, 1024", "20GiB, 21474836480", "20G, 21474836480", "500MB, 500000000", "1.5 KiB, 1536", "2tib, 2199023255552",
            "7b, 7"})
    void readsNumbersOfBytes(String text, long bytes) {
        ByteCount count = ByteCount.parse(text);
        assertThat(count.bytes()).isEqualTo(bytes);
        assertThat(ByteCount.parse(count.toString())).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "GiB", "1XB", "1 2", "99999999999TiB", "1e9"})
    void refusesWhatIsNoNumberOfBytes(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteCount.parse(text)).withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.00 KiB", "12900000, 12.3 MiB", "1048051711, 999 MiB", "1073741823, 1.00 GiB"})
    void showsNumbersOfBytesWithThreeDigits(long bytes, String text) {
        assertThat(new ByteCount(bytes).toHuman()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"400Mbit, 400000000, 400Mbit", "1.5Gbit, 1500000000, 1500Mbit", "800 kbit/s, 800000, 800kbit", "100mbps, 0, "})
    void readsRates(String text, long bits, String shown) {
        if (bits == 0) {
            assertThatIllegalArgumentException().isThrownBy(() -> BitRate.parse(text));
        } else {
            assertThat(BitRate.parse(text).bitsPerSecond()).isEqualTo(bits);
            assertThat(BitRate.parse(text)).hasToString(shown);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "400", "4bit", "-1Mbit", "Mbit", "1MB"})
    void refusesWhatIsNoRate(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BitRate.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "500ms, 500", "30s, 30000", "1.5h, 5400000", "2d, 172800000"})
    void readsDurations(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "1 s", "1w"})
    void refusesWhatIsNoDuration(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:65001, true", "127.8.9.1:1, true", "localhost:0, true", "[::1]:5, true", "0.0.0.0:5, false", "10.0.0.1:5, false",
            "node.example:5, false",
            "127.0.0.1.evil.example:5, false", "[::]:5, false", "127.1:5, true"})
    void readsAddressesAndKnowsLoopback(String text, boolean loopback) {
        assertThat(HostPort.parse(text)).hasToString(text);
        assertThat(HostPort.parse(text).isLoopback()).isEqualTo(loopback);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "host", "host:", "host:65536", "host:-1", "::1:5", "ho st:5", "host:5x", "-h:5", "a/b:5"})
    void refusesWhatIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
    }

    @Test
    void aTokenBucketAllowsItsBurstAndThenItsRate() {
        AtomicLong clock = new AtomicLong(5);
        TokenBucket bucket = TokenBucket.limited(new BitRate(8_000), new ByteCount(500), clock::get);

        assertThat(bucket.reserve(500)).isZero();
        assertThat(bucket.reserve(1000)).isEqualTo(Duration.ofSeconds(1));
        assertThat(bucket.reserve(1000)).isEqualTo(Duration.ofSeconds(2));
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(bucket.reserve(1)).isBetween(Duration.ofMillis(1), Duration.ofMillis(2));
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(bucket.reserve(500)).isZero();
        assertThat(bucket.reserve(1)).isPositive();
    }

    @Test
    void anUnlimitedTokenBucketNeverWaits() {
        assertThat(TokenBucket.unlimited().reserve(Long.MAX_VALUE)).isZero();
    }
}
