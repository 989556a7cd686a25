package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;

class HoldingsTest {

    private static BlobKey blob(int number) {
        return new BlobKey("https://registry.test", Digest.parse("sha256:" + String.format("%064x", number)));
    }

    @Test
    void agreesWithModelUnderRandomChanges() {
        long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
        System.out.println("HoldingsTest seed " + seed);
        Random random = new Random(seed);
        Holdings holdings = new Holdings();
        Map<BlobKey, Set<HostId>> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            HostId host = new HostId("h" + random.nextInt(40));
            BlobKey blob = blob(random.nextInt(30));
            switch (random.nextInt(20)) {
                case 0 -> {
                    holdings.removeHost(host);
                    model.values().forEach(hosts -> hosts.remove(host));
                }
                case 1, 2, 3, 4, 5, 6 -> {
                    holdings.remove(host, blob);
                    model.getOrDefault(blob, new HashSet<>()).remove(host);
                }
                default -> {
                    holdings.add(host, blob);
                    model.computeIfAbsent(blob, _ -> new HashSet<>()).add(host);
                }
            }
            assertThat(holdings.holders(blob)).containsExactlyInAnyOrderElementsOf(model.getOrDefault(blob, Set.of()));
            assertThat(holdings.blobs(host)).containsExactlyInAnyOrderElementsOf(
                    model.keySet().stream().filter(known -> model.getOrDefault(known, Set.of()).contains(host)).toList());
            assertThat(holdings.holds(host, blob)).isEqualTo(model.getOrDefault(blob, Set.of()).contains(host));
        }
    }
}
