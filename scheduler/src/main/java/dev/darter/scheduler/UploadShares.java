package dev.darter.scheduler;

import java.util.HashMap;
import java.util.Map;

import dev.darter.protocol.AgentMessage.Hello;
import dev.darter.protocol.HostId;

/** Slots in proportion to upload: a host with the average rate has as many as there are trees, so that all slots together are enough for all. */
final class UploadShares {

    private static final int MOST_TIMES_AVERAGE = 4;

    private final int trees;
    private final Map<HostId, Long> known = new HashMap<>();
    private double sum;

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

    int slots(HostId host) {
        Long rate = known.get(host);
        if (rate == null) {
            return trees;
        }
        double share = trees * rate / (sum / known.size());
        return (int) Math.min((long) trees * MOST_TIMES_AVERAGE, Math.round(share));
    }
}
