package dev.darter.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;

class OriginRankTest {

    private static BlobKey blob(int number) {
        return new BlobKey("https://registry.test", Digest.parse("sha256:" + String.format("%064x", number)));
    }

    private static List<HostId> hosts(int count) {
        List<HostId> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hosts.add(new HostId("node-" + i));
        }
        return hosts;
    }

    @Test
    void givesAllHostsTheSameOrder() {
        List<HostId> hosts = hosts(50);
        assertThat(OriginRank.order(blob(1), hosts)).isEqualTo(OriginRank.order(blob(1), hosts.reversed())).hasSize(50);
    }

    @Test
    void keepsTheOrderOfOthersWhenOneIsLost() {
        List<HostId> order = new ArrayList<>(OriginRank.order(blob(1), hosts(20)));
        HostId lost = order.remove(7);
        List<HostId> left = hosts(20).stream().filter(host -> !host.equals(lost)).toList();
        assertThat(OriginRank.order(blob(1), left)).isEqualTo(order);
    }

    @Test
    void spreadsBlobsOverHosts() {
        Map<HostId, Integer> first = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            first.merge(OriginRank.order(blob(i), hosts(10)).getFirst(), 1, Integer::sum);
        }
        assertThat(first.values()).allMatch(count -> count > 60 && count < 140);
    }

    @Test
    void letsTheFirstGoAtOnceAndTheLastOfTenThousandWithinSeconds() {
        Random random = new Random(1);
        assertThat(OriginRank.delayNanos(0, random)).isZero();
        assertThat(OriginRank.delayNanos(1, random)).isGreaterThanOrEqualTo(100_000_000);
        assertThat(OriginRank.delayNanos(9_999, random)).isLessThan(4_000_000_000L);
    }
}
