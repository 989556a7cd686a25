package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.VouchKey;

class UploadSharesTest {

    private final UploadShares shares = new UploadShares(2);

    private HostId host(int number, long told) {
        HostId host = new HostId("h" + number);
        shares.add(new AgentMessage.Hello(1, new Member(host, host + ":1", "z"), 16, told, new VouchKey(host, 0, Bytes.of(new byte[32]))));
        return host;
    }

    @Test
    void givesEverybodyAsManySlotsAsTreesWhereNothingIsKnown() {
        assertThat(shares.slots(host(1, 0))).isEqualTo(2);
    }

    @Test
    void takesAsFastWhoHasMeasuredNothing() {
        HostId slow = host(1, 0);
        HostId unknown = host(2, 0);
        HostId fast = host(3, 0);
        shares.measured(slow, 5_000_000);
        shares.measured(fast, 20_000_000);
        assertThat(shares.slots(slow)).isEqualTo(1);
        assertThat(shares.slots(unknown)).isEqualTo(shares.slots(fast));
        assertThat(shares.isFast(unknown)).isTrue();
    }

    @Test
    void leavesSlotsAloneWhereMeasurementsDifferLittle() {
        HostId a = host(1, 0);
        HostId b = host(2, 0);
        shares.measured(a, 14_000_000);
        shares.measured(b, 25_000_000);
        assertThat(shares.slots(a)).isEqualTo(2);
        assertThat(shares.slots(b)).isEqualTo(2);
    }

    @Test
    void countsNoMeasuredUplinkForMoreThanTheOriginIsRead() {
        HostId a = host(1, 0);
        HostId b = host(2, 0);
        shares.measured(a, 20_000_000);
        shares.measured(b, 400_000_000);
        shares.originRead(20e6);
        assertThat(shares.slots(a)).isEqualTo(2);
        assertThat(shares.slots(b)).isEqualTo(2);
    }

    @Test
    void believesTheOperatorMoreThanTheMeasurement() {
        HostId told = host(1, 10_000_000);
        HostId other = host(2, 10_000_000);
        shares.measured(told, 1_000_000);
        assertThat(shares.slots(told)).isEqualTo(2);
        assertThat(shares.slots(other)).isEqualTo(2);
        assertThat(shares.isBehindOrigin(told)).isFalse();
    }

    @Test
    void isBehindTheOriginFromHalfOfItsRateDown() {
        HostId host = host(1, 0);
        shares.originRead(20e6);
        assertThat(shares.isBehindOrigin(host)).isFalse();
        shares.measured(host, 11_000_000);
        assertThat(shares.isBehindOrigin(host)).isFalse();
        shares.measured(host, 9_000_000);
        assertThat(shares.isBehindOrigin(host)).isTrue();
    }
}
