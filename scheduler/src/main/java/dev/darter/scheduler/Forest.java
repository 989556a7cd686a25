package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/**
 * The stripe trees of one blob in one zone. Chunk <i>i</i> flows down tree <i>i mod K</i>. The trees are interior-disjoint, as in SplitStream
 * (Castro et al., SOSP 2003): a host forwards in one tree, its home, and only receives in the others, so its whole uplink is used and no chunk
 * crosses it in vain. With equal rates a host has K slots at home, each for a K-th of the stream, and depth grows with log N to base K.
 *
 * <p>Every method returns the hosts whose parents changed.
 */
final class Forest {

    private static final class Seat {

        final Tree.Node[] nodes;
        final int home;
        /** It reads the origin, and has slots in all trees. */
        final boolean isReader;

        Seat(Tree.Node[] nodes, int home, boolean isReader) {
            this.nodes = nodes;
            this.home = home;
            this.isReader = isReader;
        }
    }

    private final List<Tree> trees = new ArrayList<>();
    private final Map<HostId, Seat> seats = new HashMap<>();

    Forest(int treeCount) {
        for (int i = 0; i < treeCount; i++) {
            trees.add(new Tree());
        }
    }

    int treeCount() {
        return trees.size();
    }

    /** Whether there is nobody else. */
    boolean isAlone(HostId host) {
        return seats.size() == 1 && seats.containsKey(host);
    }

    boolean contains(HostId host) {
        return seats.containsKey(host);
    }

    /** The reader of the origin: each byte passes it once, so it has one child in each tree (several where its upload is several times the average). */
    Set<HostId> addRoot(HostId host, int slots) {
        Set<HostId> changed = new LinkedHashSet<>(remove(host));
        Tree.Node[] nodes = new Tree.Node[trees.size()];
        seats.put(host, new Seat(nodes, 0, true));
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = trees.get(i).addRoot(host, readersSlots(slots), changed);
        }
        balance(changed);
        changed.add(host);
        return changed;
    }

    /** A host that has the whole blob already: a root, but with slots at home only. */
    Set<HostId> addSeed(HostId host, int slots) {
        Set<HostId> changed = new LinkedHashSet<>(remove(host));
        Tree.Node[] nodes = new Tree.Node[trees.size()];
        int home = poorestTree();
        seats.put(host, new Seat(nodes, home, false));
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = trees.get(i).addRoot(host, i == home ? slots : 0, changed);
        }
        balance(changed);
        return changed;
    }

    /** A newcomer: interior where upload is scarcest, a leaf elsewhere. */
    Set<HostId> add(HostId host, int slots) {
        Set<HostId> changed = new LinkedHashSet<>(remove(host));
        Tree.Node[] nodes = new Tree.Node[trees.size()];
        int home = poorestTree();
        seats.put(host, new Seat(nodes, home, false));
        nodes[home] = trees.get(home).add(host, slots, changed);
        for (int i = 0; i < nodes.length; i++) {
            if (i != home) {
                nodes[i] = trees.get(i).add(host, 0, changed);
            }
        }
        balance(changed);
        return changed;
    }

    /** Where a tree is short of slots, hosts of trees that have some to spare lend it one each, as SplitStream's spare capacity group does. */
    private void balance(Set<HostId> changed) {
        for (int poor = 0; poor < trees.size(); poor++) {
            boolean isLent = true;
            // Who has got a place by what one tree lent may be able to lend what another one has.
            while (isLent && trees.get(poor).isShort()) {
                isLent = false;
                for (int rich = 0; rich < trees.size(); rich++) {
                    isLent |= rich != poor && trees.get(poor).isShort() && lend(rich, poor, changed);
                }
            }
        }
    }

    private boolean lend(int rich, int poor, Set<HostId> changed) {
        Tree.Node from = trees.get(rich).lender(node -> seat(node.host).nodes[poor].depth != Tree.ADRIFT);
        if (from == null) {
            return false;
        }
        Tree.Node to = seat(from.host).nodes[poor];
        trees.get(rich).fit(from, from.slots - 1, changed);
        trees.get(poor).fit(to, to.slots + 1, changed);
        return true;
    }

    private Seat seat(HostId host) {
        return java.util.Objects.requireNonNull(seats.get(host));
    }

    /** The upload of a host is another one than was thought. */
    Set<HostId> fit(HostId host, int slots) {
        Set<HostId> changed = new LinkedHashSet<>();
        Seat seat = seats.get(host);
        if (seat == null) {
            return changed;
        }
        int left = slots;
        for (int i = 0; i < seat.nodes.length; i++) {
            if (seat.isReader) {
                trees.get(i).fit(seat.nodes[i], readersSlots(slots), changed);
            } else if (i != seat.home) {
                trees.get(i).fit(seat.nodes[i], Math.min(left, seat.nodes[i].slots), changed);
                left -= seat.nodes[i].slots;
            }
        }
        if (!seat.isReader) {
            trees.get(seat.home).fit(seat.nodes[seat.home], left, changed);
        }
        balance(changed);
        return changed;
    }

    private int readersSlots(int slots) {
        return Math.max(1, slots / trees.size());
    }

    /** A host has all now: it keeps its children and needs no parents. */
    Set<HostId> complete(HostId host) {
        Set<HostId> changed = new LinkedHashSet<>();
        Seat seat = seats.get(host);
        if (seat != null) {
            for (int i = 0; i < trees.size(); i++) {
                trees.get(i).complete(seat.nodes[i], changed);
            }
            balance(changed);
        }
        changed.remove(host);
        return changed;
    }

    /** A host is gone. */
    Set<HostId> remove(HostId host) {
        Set<HostId> changed = new LinkedHashSet<>();
        Seat seat = seats.remove(host);
        if (seat != null) {
            for (int i = 0; i < trees.size(); i++) {
                trees.get(i).remove(seat.nodes[i], changed);
            }
            balance(changed);
            changed.remove(host);
        }
        return changed;
    }

    /** Keeps the book when a host moved on its own; a move that would make a circle here is answered with the place that this book has. */
    Set<HostId> moved(HostId host, int stripe, HostId to) {
        Seat seat = seats.get(host);
        Seat target = seats.get(to);
        if (seat == null || target == null || stripe >= trees.size() || seat.nodes[stripe].depth == 0) {
            return Set.of();
        }
        return trees.get(stripe).move(seat.nodes[stripe], target.nodes[stripe]) ? Set.of() : Set.of(host);
    }

    /** The parents of a host, one for each stripe. */
    List<Optional<HostId>> parents(HostId host) {
        List<Optional<HostId>> parents = new ArrayList<>();
        Seat seat = seats.get(host);
        for (int i = 0; i < trees.size(); i++) {
            Tree.@Nullable Node parent = seat == null ? null : seat.nodes[i].parent;
            parents.add(parent == null ? Optional.empty() : Optional.of(parent.host));
        }
        return parents;
    }

    /** Children of a host over all stripes. */
    List<HostId> children(HostId host) {
        Seat seat = seats.get(host);
        List<HostId> children = new ArrayList<>();
        if (seat != null) {
            for (Tree.Node node : seat.nodes) {
                node.children.forEach(child -> children.add(child.host));
            }
        }
        return children;
    }

    /** Steps from a host to the root in its worst tree, or -1 where it is adrift or unknown. */
    int depth(HostId host) {
        Seat seat = seats.get(host);
        int deepest = Tree.ADRIFT;
        if (seat != null) {
            for (Tree.Node node : seat.nodes) {
                if (node.depth == Tree.ADRIFT) {
                    return Tree.ADRIFT;
                }
                deepest = Math.max(deepest, node.depth);
            }
        }
        return deepest;
    }

    private int poorestTree() {
        int poorest = 0;
        for (int i = 1; i < trees.size(); i++) {
            if (trees.get(i).slots() < trees.get(poorest).slots()) {
                poorest = i;
            }
        }
        return poorest;
    }
}
