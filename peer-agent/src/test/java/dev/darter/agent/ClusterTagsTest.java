package dev.darter.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.registry.KnownTag;
import dev.darter.registry.OutagePolicy;

final class ClusterTagsTest {

    private static final KnownTag OLD = known("aa", 1);
    private static final KnownTag NEW = known("bb", 2);

    private final Collection<HostId> asked = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void findsTheOneHostOfManyThatKnows() {
        assertThat(lastKnown(OutagePolicy.SERVE_ALL, 50, Map.of("host-37", OLD), Duration.ZERO)).contains(OLD);
    }

    @Test
    void asksEveryHostOnceBeforeItGivesUp() {
        assertThat(lastKnown(OutagePolicy.SERVE_ALL, 50, Map.of(), Duration.ZERO)).isEmpty();
        assertThat(asked).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void asksNoMoreOnceSomebodyKnows() {
        Map<String, KnownTag> all = IntStream.range(0, 50).boxed().collect(Collectors.toMap(i -> "host-" + i, _ -> OLD));
        assertThat(lastKnown(OutagePolicy.SERVE_ALL, 50, all, Duration.ZERO)).contains(OLD);
        assertThat(asked).hasSize(16);
    }

    @Test
    void givesTheLatestOfSeveralMemories() {
        assertThat(lastKnown(OutagePolicy.SERVE_ALL, 3, Map.of("host-0", OLD, "host-1", NEW, "host-2", OLD), Duration.ZERO)).contains(NEW);
    }

    @Test
    void beginsNoRoundAfterFiveSeconds() {
        assertThat(lastKnown(OutagePolicy.SERVE_ALL, 500, Map.of(), Duration.ofMillis(100))).isEmpty();
        assertThat(asked).as("rounds of 1.6 seconds each").hasSize(4 * 16);
    }

    @Test
    void asksNobodyWhereTheRegistrysWordIsNeededAnyway() {
        assertThat(lastKnown(OutagePolicy.SERVE_PROVEN, 1, Map.of("host-0", OLD), Duration.ZERO)).isEmpty();
        assertThat(asked).isEmpty();
    }

    /** @param each by how much the clock goes on with every question */
    private Optional<KnownTag> lastKnown(OutagePolicy policy, int hosts, Map<String, KnownTag> memories, Duration each) {
        List<Member> members = IntStream.range(0, hosts)
                .mapToObj(i -> new Member(new HostId("host-" + i), "127.0.0.1:" + (1000 + i), "default"))
                .toList();
        return new ClusterTags(policy, () -> members, (host, _, _, _, _) -> {
            asked.add(host.host());
            nanos.addAndGet(each.toNanos());
            return Optional.of(Optional.ofNullable(memories.get(host.host().toString()))
                    .orElseThrow(() -> new IOException("The neighbour answers 404")));
        }, nanos::get).lastKnown("https://registry.example", "library/app", "latest");
    }

    private static KnownTag known(String hex, long second) {
        return new KnownTag(Digest.parse("sha256:" + hex.repeat(32)), "", Instant.ofEpochSecond(second));
    }
}
