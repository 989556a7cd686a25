package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.HostId;

class ZonedForestTest {

    private static final int ZONES = 20;
    private static final HostId READER = new HostId("reader");
    private final ZonedForest forest = new ZonedForest(2);
    private final Set<HostId> changed = new LinkedHashSet<>();

    private static HostId host(int zone, int number) {
        return new HostId("z" + zone + "h" + number);
    }

    private void oneHostInEachZone() {
        forest.root(READER, "main", 2, changed);
        for (int zone = 0; zone < ZONES; zone++) {
            forest.join(host(zone, 0), "zone" + zone, 2, changed);
        }
    }

    private void assertThatAllHaveParents() {
        for (int zone = 0; zone < ZONES; zone++) {
            assertThat(forest.parents(host(zone, 0))).as("zone %d", zone).doesNotContain(Optional.empty());
        }
    }

    @Test
    void letsHostsThatAreAloneInTheirZonesFeedEachOther() {
        oneHostInEachZone();
        assertThatAllHaveParents();
        assertThat(forest.children(READER)).hasSize(2);
    }

    @Test
    void leavesTheirChildrenToThoseThatHaveAll() {
        oneHostInEachZone();
        HostId first = forest.children(READER).getFirst();
        int children = forest.children(first).size();
        assertThat(children).isPositive();
        forest.complete(first, changed);
        assertThat(forest.children(first)).hasSizeGreaterThanOrEqualTo(children);
        forest.leave(first, changed);
        assertThat(forest.children(first)).isEmpty();
    }

    @Test
    void letsHostFeedItsOwnZoneOnceThereIsSomebody() {
        oneHostInEachZone();
        HostId first = forest.children(READER).getFirst();
        int zone = Integer.parseInt(first.name().substring(1, first.name().indexOf('h')));
        forest.join(host(zone, 1), "zone" + zone, 2, changed);
        assertThat(forest.children(first)).containsOnly(host(zone, 1));
        assertThat(forest.parents(host(zone, 1))).containsOnly(Optional.of(first));
    }

    @Test
    void keepsNobodyInTheForestOfAZoneThatLostItsReader() {
        oneHostInEachZone();
        forest.leave(READER, changed);
        for (int zone = 0; zone < ZONES; zone++) {
            assertThat(forest.children(host(zone, 0))).isEmpty();
        }
        forest.root(host(3, 0), "zone3", 2, changed);
        for (int zone = 0; zone < ZONES; zone++) {
            if (zone != 3) {
                assertThat(forest.parents(host(zone, 0))).as("zone %d", zone).doesNotContain(Optional.empty());
            }
        }
    }
}
