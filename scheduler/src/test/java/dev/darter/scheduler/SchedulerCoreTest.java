package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.AgentMessage.LeaseEnd;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Digest;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.protocol.VouchKey;

class SchedulerCoreTest {

    private static final long MILLI = 1_000_000;
    private static final BlobKey BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ab".repeat(32)));
    private static final BlobKey OTHER_BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "cd".repeat(32)));
    private static final BlobKey THIRD_BLOB = new BlobKey("https://registry.test", Digest.parse("sha256:" + "ef".repeat(32)));
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");

    private final SchedulerCore core = new SchedulerCore("s", new Random(1), 0);
    private final List<Outgoing> said = new ArrayList<>();
    private long now;

    private void after(long millis) {
        long end = now + millis * MILLI;
        while (core.nextTick() < end) {
            now = Math.max(now, core.nextTick());
            said.addAll(core.onTick(now));
        }
        now = end;
    }

    private void tell(HostId from, AgentMessage message) {
        said.addAll(core.onMessage(from, message, now));
    }

    private void hello(HostId... hosts) {
        for (HostId host : hosts) {
            helloAt(0, host);
        }
    }

    private void helloAt(long bytesPerSecond, HostId host) {
        tell(host, new AgentMessage.Hello(1, new Member(host, host + ":1", "z"), 16, bytesPerSecond, new VouchKey(host, 0, key(host))));
        tell(host, new AgentMessage.Inventory(List.of(), true));
    }

    private static Bytes key(HostId host) {
        byte[] key = new byte[32];
        key[0] = (byte) host.name().charAt(0);
        return Bytes.of(key);
    }

    private void join(HostId host) {
        tell(host, new AgentMessage.Join(BLOB, -1, 0, true));
    }

    private void settledWith(HostId... hosts) {
        hello(hosts);
        after(2_100);
        said.clear();
    }

    private <T extends SchedulerMessage> List<T> told(HostId to, Class<T> kind) {
        return said.stream().filter(it -> it.to().equals(to)).map(Outgoing::message).filter(kind::isInstance).map(kind::cast).toList();
    }

    private Optional<SchedulerMessage.Lease> lease(HostId to) {
        return told(to, SchedulerMessage.Lease.class).stream().reduce((_, last) -> last);
    }

    @Test
    void grantsOneLeaseAndTellsItsKeyToAll() {
        settledWith(A, B);
        join(A);
        join(B);
        assertThat(lease(A)).isPresent();
        assertThat(lease(B)).isEmpty();
        long epoch = lease(A).orElseThrow().epoch();
        tell(A, new AgentMessage.LeaseProgress(BLOB, epoch, 100, 0, 0, key(A)));
        tell(A, new AgentMessage.LeaseProgress(BLOB, epoch, 100, 1, 0, key(B)));
        VouchKey key = new VouchKey(A, epoch, key(A));
        assertThat(told(B, SchedulerMessage.Keys.class)).as("the first one counts")
                .containsExactly(
                        new SchedulerMessage.Keys(BLOB, List.of(key), List.of()));
        hello(C);
        join(C);
        assertThat(told(C, SchedulerMessage.Place.class).getLast().keys()).containsExactly(key);
    }

    @Test
    void letsNobodyBringInOthersOrTheirKeys() {
        settledWith(A);
        tell(A, new AgentMessage.Hello(1, new Member(B, "b:1", "z"), 16, 0, new VouchKey(B, 0, key(B))));
        tell(C, new AgentMessage.Hello(1, new Member(C, "c:1", "z"), 16, 0, new VouchKey(A, 0, key(C))));
        tell(C, new AgentMessage.Hello(0, new Member(C, "c:1", "z"), 16, 0, new VouchKey(C, 0, key(C))));
        assertThat(core.memberCount()).isEqualTo(1);
        assertThat(said).isEmpty();
    }

    @Test
    void waitsForInventoriesBeforeItGrantsLeases() {
        hello(A, B);
        join(A);
        assertThat(told(A, SchedulerMessage.Place.class)).isNotEmpty();
        tell(B, new AgentMessage.Inventory(List.of(new AgentMessage.Holding(BLOB, 10, 1, 1)), true));
        after(5_000);
        assertThat(lease(A)).isEmpty();
    }

    @Test
    void grantsLeaseTwoSecondsAfterTheFirstHello() {
        hello(A);
        join(A);
        after(1_900);
        assertThat(lease(A)).isEmpty();
        after(300);
        assertThat(lease(A)).isPresent();
    }

    @Test
    void waitsForAHolderThatComesBackAfterOthersThoughItsOwnStartTookLong() {
        after(1_500);
        hello(A);
        join(A);
        after(1_600);
        hello(B);
        tell(B, new AgentMessage.Inventory(List.of(new AgentMessage.Holding(BLOB, 10, 1, 1)), true));
        after(5_000);
        assertThat(lease(A)).isEmpty();
    }

    @Test
    void grantsLeaseAtOnceToTheFirstAgentOfALonelyScheduler() {
        after(10_100);
        hello(A);
        join(A);
        assertThat(lease(A)).isPresent();
    }

    @Test
    void makesCompleteHoldersTheSourceInsteadOfTheOrigin() {
        settledWith(A, B);
        tell(B, new AgentMessage.Holds(BLOB, 10));
        join(A);
        assertThat(lease(A)).isEmpty();
        assertThat(told(A, SchedulerMessage.Place.class).getLast().parents()).containsOnly(Optional.of(B));
    }

    @Test
    void movesLeaseFromSilentHolderAfterOneSecond() {
        settledWith(A, B);
        join(A);
        join(B);
        tell(A, new AgentMessage.LeaseProgress(BLOB, lease(A).orElseThrow().epoch(), 100, 7, 0, key(A)));
        after(900);
        assertThat(lease(B)).isEmpty();
        after(400);
        assertThat(lease(B).orElseThrow().fromBoundary()).isEqualTo(7);
        assertThat(lease(B).orElseThrow().epoch()).isGreaterThan(lease(A).orElseThrow().epoch());
        assertThat(told(A, SchedulerMessage.Revoke.class)).hasSize(1);
    }

    @Test
    void leavesLeaseWithLivingHolderOfSilentOriginForThirtySeconds() {
        settledWith(A, B);
        join(A);
        join(B);
        long epoch = lease(A).orElseThrow().epoch();
        for (int second = 1; second <= 30; second++) {
            tell(A, new AgentMessage.LeaseProgress(BLOB, epoch, -1, 0, second * 1_000L, key(A)));
            after(500);
            tell(A, new AgentMessage.Alive(Set.of(BLOB)));
            after(500);
        }
        assertThat(lease(B)).isEmpty();
        tell(A, new AgentMessage.LeaseProgress(BLOB, epoch, -1, 0, 31_000, key(A)));
        assertThat(lease(B)).isPresent();
    }

    @Test
    void movesDeniedLeaseToOtherCredentialsAndAtLastTellsEverybody() {
        settledWith(A, B);
        join(A);
        join(B);
        tell(A, new LeaseEnd(BLOB, lease(A).orElseThrow().epoch(), Outcome.DENIED, 0, 0));
        assertThat(lease(B)).isPresent();
        assertThat(told(B, SchedulerMessage.Unobtainable.class)).isEmpty();
        tell(B, new LeaseEnd(BLOB, lease(B).orElseThrow().epoch(), Outcome.DENIED, 0, 0));
        assertThat(told(B, SchedulerMessage.Unobtainable.class)).hasSize(1);
        assertThat(told(A, SchedulerMessage.Unobtainable.class)).hasSize(1);
    }

    @Test
    void bindsTheClusterToAThrottledRegistry() {
        settledWith(A, B);
        join(A);
        join(B);
        tell(A, new LeaseEnd(BLOB, lease(A).orElseThrow().epoch(), Outcome.THROTTLED, 0, 3_000));
        assertThat(told(B, SchedulerMessage.Throttle.class)).hasSize(1);
        said.clear();
        BlobKey other = new BlobKey(BLOB.registry(), Digest.parse("sha256:" + "cd".repeat(32)));
        tell(B, new AgentMessage.Join(other, -1, 0, true));
        assertThat(lease(B)).isEmpty();
        after(3_200);
        assertThat(said.stream().map(Outgoing::message).filter(SchedulerMessage.Lease.class::isInstance)).hasSize(2);
    }

    @Test
    void tellsNewcomersOfLongPauseOfTheRegistry() {
        settledWith(A, B);
        join(A);
        tell(A, new LeaseEnd(BLOB, lease(A).orElseThrow().epoch(), Outcome.THROTTLED, 0, 60_000));
        assertThat(told(A, SchedulerMessage.Unobtainable.class)).hasSize(1);
        after(20_000);
        join(B);
        assertThat(told(B, SchedulerMessage.Unobtainable.class).getLast().retryAfterMillis()).isBetween(39_000L, 40_000L);
    }

    @Test
    void doesNotLetHostsWaitThroughOneShortPauseAfterTheOther() {
        settledWith(A);
        join(A);
        int pauses = 0;
        while (told(A, SchedulerMessage.Unobtainable.class).isEmpty() && pauses < 20) {
            tell(A, new LeaseEnd(BLOB, lease(A).orElseThrow().epoch(), Outcome.THROTTLED, 0, 1_000));
            after(1_200);
            pauses++;
        }
        assertThat(pauses).isBetween(7, 10);
    }

    @Test
    void waitsThroughPausesWhileTheRegistrySendsSomethingInBetween() {
        settledWith(A);
        join(A);
        for (int boundary = 1; boundary < 20; boundary++) {
            tell(A, new LeaseEnd(BLOB, lease(A).orElseThrow().epoch(), Outcome.THROTTLED, boundary, 1_000));
            after(1_200);
        }
        assertThat(told(A, SchedulerMessage.Unobtainable.class)).isEmpty();
    }

    @Test
    void letsTheOnlyHostReadFalseChainTwiceMore() {
        settledWith(A);
        join(A);
        for (int reading = 1; reading <= 3; reading++) {
            assertThat(told(A, SchedulerMessage.Unobtainable.class)).isEmpty();
            assertThat(told(A, SchedulerMessage.Lease.class)).hasSize(reading);
            tell(A, new LeaseEnd(BLOB, lease(A).orElseThrow().epoch(), Outcome.FALSE_CHAIN, 1, 0));
        }
        assertThat(told(A, SchedulerMessage.Unobtainable.class)).extracting(SchedulerMessage.Unobtainable::reason)
                .containsExactly(Outcome.FALSE_CHAIN);
    }

    @Test
    void withdrawsKeysOfFalseChainAndLetsAnotherReadAgain() {
        settledWith(A, B);
        join(A);
        join(B);
        long epoch = lease(A).orElseThrow().epoch();
        tell(A, new AgentMessage.LeaseProgress(BLOB, epoch, 100, 7, 0, key(A)));
        tell(A, new LeaseEnd(BLOB, epoch, Outcome.FALSE_CHAIN, 3, 0));
        SchedulerMessage.Keys keys = told(B, SchedulerMessage.Keys.class).stream()
                .filter(it -> !it.withdrawn().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(keys.withdrawn()).containsExactly(new VouchKey(A, epoch, key(A)));
        assertThat(lease(B).orElseThrow().fromBoundary()).isEqualTo(3);
    }

    @Test
    void takesLeaseOverFromLostHolder() {
        settledWith(A, B, C);
        join(A);
        join(B);
        join(C);
        said.addAll(core.onLinkLost(A, now));
        assertThat(lease(B).isPresent() || lease(C).isPresent()).isTrue();
        HostId root = lease(B).isPresent() ? B : C;
        HostId child = root.equals(B) ? C : B;
        assertThat(told(child, SchedulerMessage.Place.class).getLast().parents()).containsOnly(Optional.of(root));
    }

    @Test
    void letsReaderOfEarlierSchedulerGoOn() {
        hello(A, B);
        join(A);
        tell(A, new AgentMessage.LeaseProgress(BLOB, 5, 100, 9, 0, key(A)));
        join(B);
        for (int i = 0; i < 6; i++) {
            after(500);
            tell(A, new AgentMessage.Alive(Set.of(BLOB)));
        }
        assertThat(lease(A)).isEmpty();
        assertThat(lease(B)).isEmpty();
        assertThat(told(B, SchedulerMessage.Place.class).getLast().parents()).containsOnly(Optional.of(A));
    }

    @Test
    void revokesLeaseThatIsNotItsOwn() {
        settledWith(A, B);
        join(A);
        join(B);
        tell(B, new AgentMessage.LeaseProgress(BLOB, 0, 100, 1, 0, key(B)));
        assertThat(told(B, SchedulerMessage.Revoke.class)).hasSize(1);
    }

    @Test
    void readsTheOriginWhenTheOnlyHolderDoesNotDeliver() {
        settledWith(A, B);
        tell(B, new AgentMessage.Holds(BLOB, 10));
        join(A);
        after(1_500);
        tell(A, new AgentMessage.Stuck(BLOB, Set.of(B), Set.of()));
        assertThat(lease(A)).isPresent();
    }

    @Test
    void leavesLivingHolderItsPlaceWhenOneHostIsImpatient() {
        settledWith(A, B);
        tell(B, new AgentMessage.Holds(BLOB, 10));
        join(A);
        after(1_500);
        tell(B, new AgentMessage.Alive(Set.of()));
        tell(A, new AgentMessage.Stuck(BLOB, Set.of(B), Set.of()));
        assertThat(lease(A)).isEmpty();
        assertThat(told(A, SchedulerMessage.Place.class).getLast().parents()).containsOnly(Optional.of(B));
    }

    @Test
    void countsSilentHolderAsASourceAgainWhenItSpeaks() {
        settledWith(A, B, C);
        tell(B, new AgentMessage.Holds(BLOB, 10));
        join(A);
        after(1_500);
        tell(A, new AgentMessage.Stuck(BLOB, Set.of(B), Set.of()));
        join(C);
        tell(B, new AgentMessage.Alive(Set.of()));
        long epoch = lease(A).orElseThrow().epoch();
        tell(A, new AgentMessage.LeaseEnd(BLOB, epoch, AgentMessage.LeaseEnd.Outcome.GIVEN_UP, 0, 0));
        assertThat(lease(C)).isEmpty();
    }

    /** It waits for one blob and feeds others with another. */
    @Test
    void losesHostInAllSwarmsThatKnowIt() {
        settledWith(A, B);
        BlobKey held = blob(1);
        for (BlobKey blob : List.of(BLOB, held)) {
            tell(A, new AgentMessage.Join(blob, -1, 0, true));
            tell(B, new AgentMessage.Join(blob, -1, 0, false));
        }
        tell(A, new AgentMessage.Holds(held, 10));
        said.clear();
        said.addAll(core.onLinkLost(A, now));
        for (BlobKey blob : List.of(BLOB, held)) {
            SchedulerMessage.Place place = told(B, SchedulerMessage.Place.class).stream()
                    .filter(it -> it.blob().equals(blob))
                    .reduce((_, last) -> last)
                    .orElseThrow();
            assertThat(place.parents()).containsOnly(Optional.empty());
        }
        said.addAll(core.onLinkLost(B, now));
        assertThat(core.swarmCount()).isZero();
    }

    private static BlobKey blob(int number) {
        return new BlobKey("https://registry.test", Digest.parse("sha256:" + String.format("%064x", number)));
    }

    /** It is alive, but its bytes don't come: then the registry has to be asked in the end. */
    @Test
    void readsTheOriginWhenALivingHolderDoesNotDeliverForLong() {
        settledWith(A, B);
        tell(B, new AgentMessage.Holds(BLOB, 10));
        join(A);
        tell(A, new AgentMessage.Stuck(BLOB, Set.of(B), Set.of()));
        after(3_000);
        tell(B, new AgentMessage.Alive(Set.of()));
        tell(A, new AgentMessage.Stuck(BLOB, Set.of(B), Set.of()));
        assertThat(lease(A)).isPresent();
    }

    /** It is alive, and says so: that alone does not make its copy good. */
    @Test
    void readsTheOriginWhenTheOnlyHoldersCopyEndsNoChain() {
        settledWith(A, B);
        tell(B, new AgentMessage.Holds(BLOB, 10));
        join(A);
        tell(B, new AgentMessage.Alive(Set.of()));
        tell(A, new AgentMessage.Stuck(BLOB, Set.of(), Set.of(B)));
        tell(B, new AgentMessage.Alive(Set.of()));
        assertThat(lease(A)).isPresent();
        assertThat(told(A, SchedulerMessage.Place.class).getLast().parents()).containsOnly(Optional.empty());
    }

    @Test
    void believesAnAccuserOnlyAFewTimes() {
        HostId[] hosts = new HostId[8];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = new HostId("h" + i);
        }
        settledWith(hosts);
        for (int i = 1; i < hosts.length; i++) {
            tell(hosts[0], new AgentMessage.Accuse(BLOB, hosts[i], 0));
        }
        assertThat(told(hosts[0], SchedulerMessage.Shun.class)).hasSize(3);
        assertThat(core.memberCount()).isEqualTo(5);
    }

    @Test
    void pardonsHostSomeTimeAfterOneAccusation() {
        settledWith(A, B);
        tell(A, new AgentMessage.Accuse(BLOB, B, 0));
        assertThat(told(B, SchedulerMessage.Shun.class)).as("the accused is told").hasSize(1);
        assertThat(core.shunnedCount()).isEqualTo(1);
        hello(B);
        assertThat(told(B, SchedulerMessage.Welcome.class)).isEmpty();
        after(11 * 60_000);
        assertThat(told(A, SchedulerMessage.Pardon.class)).containsExactly(new SchedulerMessage.Pardon(B));
        assertThat(told(B, SchedulerMessage.Pardon.class)).hasSize(1);
        hello(B);
        assertThat(told(B, SchedulerMessage.Welcome.class)).hasSize(1);
        assertThat(core.shunnedCount()).isZero();
    }

    /** Its registry may have deceived it; that is no reason to leave it alone with that registry. */
    @Test
    void dropsReaderOfFalseBytesWhenItHappensWithASecondBlob() {
        settledWith(A, B, C);
        tell(A, new AgentMessage.Accuse(BLOB, B, 7));
        tell(C, new AgentMessage.Accuse(BLOB, B, 7));
        assertThat(core.shunnedCount()).isZero();
        tell(A, new AgentMessage.Accuse(new BlobKey(BLOB.registry(), Digest.parse("sha256:" + "cd".repeat(32))), B, VouchKey.BY_RANK));
        assertThat(core.shunnedCount()).isEqualTo(1);
    }

    @Test
    void shunsLongerWhomASecondHostAccusesToo() {
        settledWith(A, B, C);
        tell(A, new AgentMessage.Accuse(BLOB, B, 0));
        tell(A, new AgentMessage.Accuse(BLOB, B, 0));
        tell(C, new AgentMessage.Accuse(BLOB, B, 0));
        after(29 * 60_000);
        assertThat(told(A, SchedulerMessage.Pardon.class)).isEmpty();
        after(2 * 60_000);
        assertThat(told(A, SchedulerMessage.Pardon.class)).hasSize(1);
    }

    @Test
    void shunsLongerWhoIsAccusedAgainAfterAPardon() {
        settledWith(A, B);
        tell(A, new AgentMessage.Accuse(BLOB, B, 0));
        after(11 * 60_000);
        hello(B);
        tell(A, new AgentMessage.Accuse(BLOB, B, 0));
        said.clear();
        after(19 * 60_000);
        assertThat(told(A, SchedulerMessage.Pardon.class)).isEmpty();
        after(2 * 60_000);
        assertThat(told(A, SchedulerMessage.Pardon.class)).hasSize(1);
    }

    /** It has frozen, and speaks of its lease before it has heard that it is over. */
    @Test
    void doesNotLetHolderKeepALeaseThatWasJustTakenBack() {
        settledWith(A);
        join(A);
        long epoch = lease(A).orElseThrow().epoch();
        after(1_300);
        assertThat(told(A, SchedulerMessage.Revoke.class)).hasSize(1);
        tell(A, new AgentMessage.LeaseProgress(BLOB, epoch, 100, 7, 0, key(A)));
        assertThat(told(A, SchedulerMessage.Revoke.class)).hasSize(2);
        assertThat(lease(A).orElseThrow().epoch()).as("it gets a new one at once").isGreaterThan(epoch);
    }

    @Test
    void takesLeaseFromReaderWhoseLastChunkEndsNoChain() {
        settledWith(A, B);
        join(A);
        join(B);
        tell(A, new AgentMessage.Holds(BLOB, 10));
        tell(B, new AgentMessage.Stuck(BLOB, Set.of(), Set.of(A)));
        assertThat(lease(B)).isPresent();
    }

    @Test
    void believesNobodyWhoDoubtsEveryReader() {
        settledWith(A, B, C);
        join(A);
        join(B);
        join(C);
        for (int i = 0; i < 5; i++) {
            tell(C, new AgentMessage.Stuck(BLOB, Set.of(), Set.of(A, B, C)));
        }
        assertThat(told(A, SchedulerMessage.Unobtainable.class)).isEmpty();
        assertThat(said.stream().map(Outgoing::message).filter(SchedulerMessage.Lease.class::isInstance)).hasSize(3);
    }

    /** An earlier scheduler's lease and one of this one must not have one number and two keys. */
    @Test
    void countsLeasesFromAnotherNumberInEachSwarm() {
        settledWith(A);
        join(A);
        long first = lease(A).orElseThrow().epoch();
        tell(A, new AgentMessage.Leave(BLOB));
        join(A);
        assertThat(lease(A).orElseThrow().epoch()).isNotEqualTo(first);
    }

    @Test
    void tellsAllMembersWhoCameAndWhoLeft() {
        settledWith(A);
        hello(B);
        after(600);
        assertThat(told(A, SchedulerMessage.Members.class).getLast().joined()).extracting(Member::host).containsExactly(B);
        said.addAll(core.onLinkLost(B, now));
        after(600);
        assertThat(told(A, SchedulerMessage.Members.class).getLast().left()).containsExactly(B);
    }

    @Test
    void forgetsSwarmThatNobodyWaitsFor() {
        settledWith(A);
        join(A);
        assertThat(core.swarmCount()).isEqualTo(1);
        tell(A, new AgentMessage.Holds(BLOB, 10));
        assertThat(core.swarmCount()).isZero();
        join(B);
        assertThat(core.swarmCount()).isZero();
    }

    @Test
    void cutsBlobsFinerWhereHostsHaveToldRatesThatDiffer() {
        helloAt(25_000_000, A);
        helloAt(25_000_000, B);
        after(2_100);
        join(A);
        join(B);
        assertThat(told(B, SchedulerMessage.Place.class).getLast().parents()).hasSize(2);
        helloAt(6_000_000, C);
        tell(C, new AgentMessage.Join(OTHER_BLOB, -1, 0, true));
        assertThat(told(C, SchedulerMessage.Place.class).getLast().parents()).hasSize(3);
        helloAt(25_000_000, C);
        tell(C, new AgentMessage.Join(THIRD_BLOB, -1, 0, true));
        assertThat(told(C, SchedulerMessage.Place.class).getLast().parents()).as("what counts is what it said last").hasSize(2);
    }

    /** {@code A} holds the lease and has read a hundred chunks of 1 MiB in a second. */
    private void readOneHundredChunksInASecond() {
        settledWith(A, B);
        join(A);
        join(B);
        after(1_000);
        tell(A, new AgentMessage.LeaseProgress(BLOB, lease(A).orElseThrow().epoch(), 200 << 20, 100, 0, key(A)));
        said.clear();
    }

    @Test
    void takesLeaseFromReaderThatSendsFarMoreSlowlyThanItReads() {
        readOneHundredChunksInASecond();
        tell(A, new AgentMessage.Uplink(70_000_000));
        assertThat(lease(B)).isEmpty();
        tell(A, new AgentMessage.Uplink(20_000_000));
        assertThat(told(A, SchedulerMessage.Revoke.class)).hasSize(1);
        assertThat(lease(B)).map(SchedulerMessage.Lease::fromBoundary).contains(100);
    }

    @Test
    void leavesLeaseWithSlowReaderWhereAllAreSlow() {
        readOneHundredChunksInASecond();
        tell(B, new AgentMessage.Uplink(20_000_000));
        tell(A, new AgentMessage.Uplink(20_000_000));
        assertThat(told(A, SchedulerMessage.Revoke.class)).isEmpty();
        assertThat(lease(B)).isEmpty();
    }

    @Test
    void ignoresWhatAStrangerMeasures() {
        tell(C, new AgentMessage.Uplink(20_000_000));
        assertThat(said).isEmpty();
    }
}
