package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.SchedulerMessage.Source;
import dev.darter.protocol.VouchKey;

class HandoutsTest {

    private static final long SIZE = 16 << 10;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");
    private static final HostId D = new HostId("d");
    private static final HostId E = new HostId("e");

    private final SchedulerCore core = new SchedulerCore("s", new Random(1), 0);
    private final List<Outgoing> said = new ArrayList<>();
    private final long now = 10_000_000_000L;

    private void tell(HostId from, AgentMessage message) {
        said.addAll(core.onMessage(from, message, now));
    }

    private void hello(String zone, HostId... hosts) {
        for (HostId host : hosts) {
            tell(host, new AgentMessage.Hello(1, member(host, zone), 16, 0, new VouchKey(host, 0, Bytes.of(new byte[32]))));
            tell(host, new AgentMessage.Inventory(List.of(), true));
        }
    }

    private static Member member(HostId host, String zone) {
        return new Member(host, host + ":1", zone);
    }

    private void join(HostId... hosts) {
        for (HostId host : hosts) {
            tell(host, new AgentMessage.Join(BLOB, SIZE, 0, true));
        }
    }

    private void holds(HostId host) {
        tell(host, new AgentMessage.Holds(BLOB, SIZE));
    }

    private <T extends SchedulerMessage> List<T> told(HostId host, Class<T> kind) {
        return said.stream().filter(it -> it.to().equals(host)).map(Outgoing::message).filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Whom a host was sent to, in this order; "-" where it was told to wait. */
    private List<String> sources(HostId host) {
        return told(host, Source.class).stream().map(it -> it.holder().map(Member::host).map(HostId::name).orElse("-")).toList();
    }

    @Test
    void oneReadsTheOriginAndTheOthersWaitForIt() {
        hello("z", A, B, C);
        join(A, B, C);
        assertThat(told(A, SchedulerMessage.Lease.class)).hasSize(1);
        assertThat(sources(A)).isEmpty();
        assertThat(sources(B)).containsExactly("-");
        holds(A);
        assertThat(sources(B)).containsExactly("-", "a");
        assertThat(sources(C)).containsExactly("-", "a");
        assertThat(told(B, SchedulerMessage.Place.class)).isEmpty();
    }

    @Test
    void whoComesLaterIsSentToAHolderAtOnce() {
        hello("z", A, B);
        join(A);
        holds(A);
        join(B);
        assertThat(said.stream().filter(it -> it.to().equals(B)).map(Outgoing::message))
                .contains(new Source(BLOB, Optional.of(member(A, "z"))));
        assertThat(told(B, SchedulerMessage.Lease.class)).isEmpty();
    }

    @Test
    void whoHasJustGotItGivesItToTheNext() {
        hello("z", A, B, C, D, E);
        join(A, B, C, D, E);
        holds(A);
        assertThat(sources(D)).containsExactly("-");
        holds(B);
        assertThat(sources(D)).containsExactly("-", "b");
        assertThat(sources(E)).containsExactly("-", "a");
    }

    @Test
    void oneOfAZoneGetsItFromAnotherZone() {
        hello("z", A);
        hello("y", B, C);
        join(A, B, C);
        holds(A);
        assertThat(sources(B)).containsExactly("-", "a");
        assertThat(sources(C)).containsExactly("-");
        holds(B);
        assertThat(sources(C)).containsExactly("-", "b");
    }

    @Test
    void sendsToAnotherWhenAHolderIsGone() {
        hello("z", A, B, C);
        tell(A, new AgentMessage.Holds(BLOB, SIZE));
        tell(B, new AgentMessage.Holds(BLOB, SIZE));
        join(C);
        String first = sources(C).getLast();
        said.addAll(core.onLinkLost(new HostId(first), now));
        assertThat(sources(C)).containsExactly(first, first.equals("a") ? "b" : "a");
    }

    @Test
    void grantsTheLeaseAnewWhenTheOnlyHolderIsGone() {
        hello("z", A, B);
        tell(A, new AgentMessage.Holds(BLOB, SIZE));
        join(B);
        tell(A, new AgentMessage.Evicted(BLOB));
        assertThat(told(B, SchedulerMessage.Lease.class)).hasSize(1);
    }

    @Test
    void whoIsStuckGetsAPlaceLikeOthers() {
        hello("z", A, B);
        tell(A, new AgentMessage.Holds(BLOB, SIZE));
        join(B);
        tell(B, new AgentMessage.Stuck(BLOB, Set.of(), Set.of()));
        assertThat(told(B, SchedulerMessage.Place.class)).hasSize(1);
        assertThat(told(B, SchedulerMessage.Place.class).getFirst().neighbours()).contains(member(A, "z"));
    }

    @Test
    void whoDoesNotKnowTheSizeGetsAPlace() {
        hello("z", A, B);
        join(A);
        tell(B, new AgentMessage.Join(BLOB, -1, 0, true));
        assertThat(sources(B)).isEmpty();
        assertThat(told(B, SchedulerMessage.Place.class)).hasSize(1);
    }

    @Test
    void repeatsItselfToWhoAsksAgain() {
        hello("z", A, B);
        tell(A, new AgentMessage.Holds(BLOB, SIZE));
        join(B, B);
        assertThat(sources(B)).containsExactly("a", "a");
    }
}
