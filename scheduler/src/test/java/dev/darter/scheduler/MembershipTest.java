package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

class MembershipTest {

    private static final int CROWD = 2_000;

    private final Membership membership = new Membership("scheduler");
    private final Outbox outbox = new Outbox();

    private SchedulerMessage.Welcome hello(int number, long now) {
        HostId host = new HostId("h" + number);
        membership.hello(new AgentMessage.Hello(1, new Member(host, host + ":65002", "zone"), 4, 0,
                new VouchKey(host, 0, Bytes.of(new byte[32]))), outbox, now);
        return (SchedulerMessage.Welcome) outbox.drain().getLast().message();
    }

    @Test
    void aHostInASmallClusterHearsOfEverybodyAtOnce() {
        for (int i = 0; i < 60; i++) {
            assertThat(hello(i, 0).members()).hasSize(i + 1);
        }
    }

    /** A list for each of many that come at once would take time and memory with the square of their number. */
    @Test
    void aCrowdThatComesAtOnceSharesListsAndHearsOfTheRestWithTheNextBundle() {
        Set<Integer> lists = new HashSet<>();
        Set<Member> known = new HashSet<>();
        for (int i = 0; i < CROWD; i++) {
            SchedulerMessage.Welcome welcome = hello(i, 0);
            lists.add(System.identityHashCode(welcome.members()));
            assertThat(welcome.members().size()).isGreaterThanOrEqualTo(i - i / 64);
            known = new HashSet<>(welcome.members());
        }
        assertThat(lists).hasSizeLessThan(CROWD / 5);
        membership.tick(outbox, membership.nextTick());
        List<Outgoing> told = outbox.drain();
        assertThat(told).hasSize(CROWD);
        known.addAll(((SchedulerMessage.Members) told.getLast().message()).joined());
        assertThat(known).hasSize(CROWD);
    }

    @Test
    void newcomersAreNotToldOfThoseWhoHaveLeftBeforeTheLastBundle() {
        for (int i = 0; i < 100; i++) {
            hello(i, 0);
        }
        membership.remove(new HostId("h3"), 1);
        membership.tick(outbox, membership.nextTick());
        outbox.drain();
        assertThat(hello(100, 2).members()).extracting(Member::host).doesNotContain(new HostId("h3")).hasSizeGreaterThanOrEqualTo(99);
    }
}
