package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UplinkRateTest {

    private static final int CHUNK = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private final UplinkRate rate = new UplinkRate();
    private long now = 5 * SECOND;

    /** Sends chunks one after the other without a break, and then has nothing to send for a second. */
    private void send(int chunks, double bytesPerSecond) {
        rate.begin(now);
        for (int i = 1; i <= chunks; i++) {
            long begun = now;
            now += (long) (CHUNK / bytesPerSecond * SECOND);
            rate.sent(CHUNK, begun, i == chunks, now);
        }
        now += SECOND;
    }

    @Test
    void saysNothingBeforeItHasSentTwelveChunksInFourWindows() {
        send(11, 10e6);
        assertThat(rate.isNews()).isFalse();
        send(1, 10e6);
        assertThat(rate.isNews()).as("three windows").isFalse();
        send(1, 10e6);
        assertThat(rate.isNews()).isTrue();
        assertThat(rate.told()).isEqualTo(10_000_000);
    }

    @Test
    void measuresAnUplinkThatIsIdleMostOfTheTime() {
        for (int i = 0; i < 12; i++) {
            send(1, 6.25e6);
        }
        assertThat(rate.isNews()).isTrue();
        assertThat(rate.told()).isEqualTo(6_250_000);
    }

    @Test
    void countsTheFastestWindowBecauseReceiversMayBeSlow() {
        for (int i = 0; i < 8; i++) {
            send(2, i == 3 ? 20e6 : 3e6);
        }
        assertThat(rate.isNews()).isTrue();
        assertThat(rate.told()).isEqualTo(20_000_000);
    }

    @Test
    void forgetsWindowsWhenTheLinkHasBecomeSlower() {
        send(100, 20e6);
        assertThat(rate.isNews()).isTrue();
        send(8 * 30, 5e6);
        assertThat(rate.isNews()).isFalse();
        send(8 * 14, 5e6);
        assertThat(rate.isNews()).isTrue();
        assertThat(rate.told()).isEqualTo(5_000_000);
    }

    @Test
    void isNoNewsWhereItChangesLittle() {
        send(100, 20e6);
        assertThat(rate.isNews()).isTrue();
        send(100, 24e6);
        assertThat(rate.isNews()).isFalse();
        send(100, 26e6);
        assertThat(rate.isNews()).isTrue();
    }

    @Test
    void leavesOutWhatHadBegunInTheWindowBefore() {
        for (int i = 0; i < 4; i++) {
            rate.begin(now);
            long early = now;
            for (int chunk = 1; chunk <= 8; chunk++) {
                long begun = now;
                now += SECOND / 10;
                rate.sent(CHUNK, begun, false, now);
            }
            rate.sent(CHUNK, early, false, now + 1);
            now += SECOND / 10;
            rate.sent(CHUNK, now - SECOND / 10, true, now);
        }
        assertThat(rate.isNews()).isTrue();
        assertThat(rate.told()).isEqualTo(10_000_000);
    }

    @Test
    void countsNothingThatBrokeOff() {
        for (int i = 0; i < 4; i++) {
            send(4, 10e6);
            rate.begin(now);
            rate.sent(0, now, true, now + 1);
        }
        assertThat(rate.isNews()).isTrue();
        assertThat(rate.told()).isEqualTo(10_000_000);
    }
}
