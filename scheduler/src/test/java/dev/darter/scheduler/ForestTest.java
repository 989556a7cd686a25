package dev.darter.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.darter.protocol.HostId;

class ForestTest {

    private static HostId host(int number) {
        return new HostId("h" + number);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100, 1000})
    void keepsTreesShallowAndUplinksWithinTheirSlots(int hosts) {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= hosts; i++) {
            forest.add(host(i), 2);
        }
        assertThat(forest.children(host(0))).hasSizeLessThanOrEqualTo(2);
        int deepest = 0;
        for (int i = 1; i <= hosts; i++) {
            assertThat(forest.children(host(i))).hasSizeLessThanOrEqualTo(2);
            deepest = Math.max(deepest, forest.depth(host(i)));
        }
        // A binary tree below the root's only child, with leaves one level under the forwarding hosts.
        assertThat(deepest).isLessThanOrEqualTo(2 + (int) Math.ceil(Math.log(hosts + 1) / Math.log(2)));
    }

    @Test
    void letsEachHostForwardInOneTreeOnly() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 200; i++) {
            forest.add(host(i), 2);
        }
        int forwardingTwice = 0;
        for (int i = 1; i <= 200; i++) {
            int trees = 0;
            for (int stripe = 0; stripe < 2; stripe++) {
                int of = stripe;
                HostId parent = host(i);
                boolean forwards = forest.children(parent)
                        .stream()
                        .anyMatch(child -> forest.parents(child).get(of).equals(Optional.of(parent)));
                trees += forwards ? 1 : 0;
            }
            forwardingTwice += trees > 1 ? 1 : 0;
        }
        // Slots that are lent to a tree that waits for its next forwarder.
        assertThat(forwardingTwice).isLessThanOrEqualTo(4);
    }

    @Test
    void givesNobodyMoreChildrenThanItsUploadCarries() {
        Forest forest = new Forest(3);
        forest.addRoot(host(0), 3);
        for (int i = 1; i <= 101; i++) {
            forest.add(host(i), 3);
        }
        for (int i = 0; i <= 101; i++) {
            assertThat(forest.children(host(i)).size()).isLessThanOrEqualTo(3);
            assertThat(forest.depth(host(i))).as("%s", host(i)).isNotEqualTo(Tree.ADRIFT);
        }
    }

    @Test
    void putsStrongHostsAboveWeakOnes() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 4; i++) {
            forest.add(host(i), 1);
        }
        forest.add(host(5), 6);
        assertThat(forest.parents(host(5))).contains(Optional.of(host(0)));
    }

    @Test
    void fitsChildrenToWhatIsLearnedOfUploads() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 4);
        for (int i = 1; i <= 12; i++) {
            forest.add(host(i), 3);
        }
        forest.fit(host(0), 2);
        assertThat(forest.children(host(0))).hasSize(2);
        forest.fit(host(1), 0);
        assertThat(forest.children(host(1))).isEmpty();
        forest.fit(host(1), 3);
        for (int i = 1; i <= 12; i++) {
            assertThat(forest.depth(host(i))).isNotEqualTo(Tree.ADRIFT);
        }
    }

    @Test
    void givesTheHostsOfFastUplinksMoreChildren() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 40; i++) {
            forest.add(host(i), i % 4 == 0 ? 8 : 0);
        }
        for (int i = 1; i <= 40; i++) {
            assertThat(forest.children(host(i)).size()).isLessThanOrEqualTo(i % 4 == 0 ? 9 : 1);
        }
    }

    @Test
    void hangsEverybodyOnTheNextRootWhenTheRootIsLost() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 30; i++) {
            forest.add(host(i), 2);
        }
        forest.remove(host(0));
        forest.addRoot(host(7), 2);
        for (int i = 1; i <= 30; i++) {
            assertThat(forest.depth(host(i))).isGreaterThanOrEqualTo(0);
        }
        assertThat(forest.parents(host(7))).containsOnly(Optional.empty());
    }

    @Test
    void hangsHostBelowFasterOnesWhenItIsFoundToBeSlow() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 30; i++) {
            forest.add(host(i), 2);
        }
        HostId slow = forest.children(host(0)).getFirst();
        forest.fit(slow, 1);
        assertThat(forest.children(host(0))).doesNotContain(slow);
        HostId child = forest.children(slow).stream().findFirst().orElse(slow);
        assertThat(forest.children(child)).as("only a leaf hangs on it").hasSizeLessThanOrEqualTo(child.equals(slow) ? 0 : 2);
        assertThat(forest.depth(slow)).isNotEqualTo(Tree.ADRIFT);
    }

    @Test
    void bringsHostAboveSlowerOnesWhenItIsFoundToBeFast() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 30; i++) {
            forest.add(host(i), 2);
        }
        HostId fast = host(30);
        forest.fit(fast, 8);
        assertThat(forest.children(host(0))).contains(fast);
    }

    @Test
    void answersMoveThatWouldMakeCircleWithThePlaceInTheBook() {
        Forest forest = new Forest(2);
        forest.addRoot(host(0), 2);
        for (int i = 1; i <= 10; i++) {
            forest.add(host(i), 2);
        }
        HostId child = forest.children(host(0)).getFirst();
        int stripe = forest.parents(child).indexOf(Optional.of(host(0)));
        HostId grandchild = forest.children(child)
                .stream()
                .filter(it -> forest.parents(it).get(stripe).equals(Optional.of(child)))
                .findFirst()
                .orElseThrow();
        assertThat(forest.moved(child, stripe, grandchild)).containsExactly(child);
        assertThat(forest.parents(child).get(stripe)).contains(host(0));
    }

    /** Whatever happens, there are no circles, and as long as there is a root and slots for everybody, everybody hangs on it in each tree. */
    @Test
    void staysWholeUnderRandomChanges() {
        long seed = Long.getLong("darter.seed", System.nanoTime() % 1_000_000);
        System.out.println("ForestTest seed " + seed);
        staysWhole(seed);
    }

    /** Roots that lent their last slot in a tree, and had none to lend back; who has a place by a slot that was lent, and one to lend. */
    @ParameterizedTest
    @ValueSource(longs = {1150, 1417, 1720, 20016})
    void staysWholeWhereSlotsWereLentBefore(long seed) {
        staysWhole(seed);
    }

    private static void staysWhole(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            int trees = 2 + random.nextInt(3);
            boolean hasEnough = round % 2 == 0;
            Forest forest = new Forest(trees);
            forest.addRoot(host(0), trees);
            List<HostId> present = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                change(forest, present, trees, step, hasEnough ? 2 * trees : random.nextInt(2 * trees + 1), random);
                check(forest, present, trees, hasEnough);
            }
        }
    }

    private static void change(Forest forest, List<HostId> present, int trees, int step, int slots, Random random) {
        int what = random.nextInt(11);
        if (present.isEmpty() || what < 5) {
            forest.add(host(step + 1), slots);
            present.add(host(step + 1));
            return;
        }
        HostId chosen = present.get(random.nextInt(present.size()));
        switch (what) {
            case 5, 6 -> {
                forest.remove(chosen);
                present.remove(chosen);
            }
            case 7 -> forest.complete(chosen);
            case 8 -> forest.addRoot(chosen, trees);
            case 9 -> forest.fit(chosen, slots);
            default -> forest.moved(chosen, random.nextInt(trees), present.get(random.nextInt(present.size())));
        }
    }

    private static void check(Forest forest, List<HostId> present, int trees, boolean hasEnough) {
        for (HostId host : present) {
            for (int stripe = 0; stripe < trees; stripe++) {
                Set<HostId> seen = new HashSet<>();
                Optional<HostId> at = Optional.of(host);
                while (at.isPresent()) {
                    assertThat(seen.add(at.get())).as("no circle").isTrue();
                    at = forest.parents(at.get()).get(stripe);
                }
            }
            if (hasEnough) {
                assertThat(forest.depth(host)).as("%s hangs on a root", host).isNotEqualTo(Tree.ADRIFT);
            }
        }
    }
}
