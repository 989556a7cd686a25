package dev.darter.scheduler;

import java.util.HashMap;
import java.util.Map;

import dev.darter.protocol.AgentMessage.Hello;
import dev.darter.protocol.HostId;

/** Slots in proportion to upload: a host with the average rate has as many as there are trees, so that all slots together are enough for all. */
final class UploadShares {

    private static final int MOST_TIMES_AVERAGE = 4;
    private static final double SHIFT = 0.05;
    private static final double FAST = 0.9;

    private final int trees;
    private final Map<HostId, Long> known = new HashMap<>();
    private double sum;
    private double fitted;

    UploadShares(int trees) {
        this.trees = trees;
    }

    void add(Hello hello) {
        if (hello.uploadBytesPerSecond() > 0 && known.put(hello.self().host(), hello.uploadBytesPerSecond()) == null) {
            sum += hello.uploadBytesPerSecond();
        }
    }

    void remove(HostId host) {
        Long rate = known.remove(host);
        sum -= rate == null ? 0 : rate;
    }

    /** Whether the average is another one than at the last time this was true, so that slots should be fitted. */
    boolean hasShifted() {
        boolean shifted = Math.abs(average() - fitted) > SHIFT * fitted;
        fitted = shifted ? average() : fitted;
        return shifted;
    }

    private double average() {
        return known.isEmpty() ? 0 : sum / known.size();
    }

    /** Whether a host may feed all others, as far as is known. */
    boolean isFast(HostId host) {
        Long rate = known.get(host);
        return rate == null || rate >= FAST * average();
    }

    int slots(HostId host) {
        Long rate = known.get(host);
        if (rate == null) {
            return trees;
        }
        double share = trees * rate / average();
        return (int) Math.min((long) trees * MOST_TIMES_AVERAGE, Math.round(share));
    }
}
