package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.darter.protocol.HostId;

/**
 * The tree down which one stripe of a blob flows. Hosts that forward (with slots) stand above hosts that only receive, and all as near to a
 * root as they can, because each level costs the time of a few chunks.
 */
final class Tree {

    /** A host's place in one tree. */
    static final class Node {

        final HostId host;
        final List<Node> children = new ArrayList<>();
        @Nullable
        Node parent;
        /** Children that this host's upload carries here; 0 for a leaf. */
        int slots;
        /** Steps to the root above, or {@link #ADRIFT}. */
        int depth = ADRIFT;

        Node(HostId host, int slots) {
            this.host = host;
            this.slots = slots;
        }

        boolean hasFreeSlot() {
            return children.size() < slots;
        }

        /** Whether a forwarding host may push this one down: it only receives, from a parent. */
        boolean isPlainLeaf() {
            return slots == 0 && children.isEmpty() && parent != null;
        }
    }

    /** The depth of nodes that no root is above of. */
    static final int ADRIFT = -1;

    private final DepthIndex open = new DepthIndex();
    private final DepthIndex plainLeaves = new DepthIndex();
    private final Set<Node> adrift = new LinkedHashSet<>();
    private final Set<Node> rooted = new LinkedHashSet<>();
    private int slots;

    /** Upload slots of all hosts in this tree. */
    int slots() {
        return slots;
    }

    /** Slots that are not taken, of hosts that have a root above them. */
    int freeSlots() {
        return open.size();
    }

    /** Adds a host that has all or reads it from the origin. */
    Node addRoot(HostId host, int slots, Set<HostId> changed) {
        Node node = new Node(host, slots);
        this.slots += slots;
        becomeRoot(node);
        placeAdrift(changed);
        return node;
    }

    /** Adds a host that wants the stripe; notes all whose parent changed. */
    Node add(HostId host, int slots, Set<HostId> changed) {
        Node node = new Node(host, slots);
        this.slots += slots;
        place(node, changed);
        return node;
    }

    /** A host got all of the blob: it needs no parent any more, and what hangs on it is near a root now. */
    void complete(Node node, Set<HostId> changed) {
        if (node.parent != null) {
            detach(node);
            changed.add(node.host);
        } else {
            adrift.remove(node);
        }
        if (node.depth != 0) {
            becomeRoot(node);
        }
        placeAdrift(changed);
    }

    /** Takes a host out and finds new places for its children: the first that forwards usually gets the place that became free. */
    void remove(Node node, Set<HostId> changed) {
        slots -= node.slots;
        node.slots = 0;
        List<Node> orphans = new ArrayList<>(node.children);
        orphans.forEach(this::detach);
        if (node.parent != null) {
            detach(node);
        }
        adrift.remove(node);
        setDepth(node, ADRIFT);
        orphans.sort((a, b) -> Integer.compare(b.slots, a.slots));
        orphans.forEach(orphan -> place(orphan, changed));
    }

    /** Writes down a move that a host made on its own; false when it would make a circle. */
    boolean move(Node node, Node to) {
        for (Node above = to; above != null; above = above.parent) {
            if (above == node) {
                return false;
            }
        }
        if (node.parent != null) {
            detach(node);
        }
        adrift.remove(node);
        attach(node, to);
        return true;
    }

    /** Changes how many children a host may have here; who is too many stays until it moves. */
    void setSlots(Node node, int slots) {
        this.slots += slots - node.slots;
        node.slots = slots;
        index(node);
    }

    /** A host that could forward here and has no child, to be moved to a tree that needs it more. */
    @Nullable
    Node idleForwarder() {
        return open.deepest(node -> node.children.isEmpty() && node.parent != null);
    }

    private void place(Node node, Set<HostId> changed) {
        changed.add(node.host);
        Node host = open.shallowest();
        Node leaf = node.slots > 0 ? plainLeaves.shallowest() : null;
        if (leaf != null && (host == null || leaf.depth <= host.depth)) {
            takePlaceOf(leaf, node, changed);
        } else if (host != null) {
            attach(node, host);
        } else {
            Node crowded = leastCrowded();
            if (crowded != null) {
                attach(node, crowded);
            } else {
                adrift.add(node);
            }
        }
    }

    private void takePlaceOf(Node leaf, Node node, Set<HostId> changed) {
        Node parent = java.util.Objects.requireNonNull(leaf.parent);
        detach(leaf);
        attach(node, parent);
        if (node.hasFreeSlot()) {
            attach(leaf, node);
            changed.add(leaf.host);
        } else {
            place(leaf, changed);
        }
    }

    /** Where one child too many hurts least; reached only when all slots are taken. */
    @Nullable
    private Node leastCrowded() {
        Node best = null;
        for (Node node : rooted) {
            if (best == null || crowd(node) < crowd(best)) {
                best = node;
            }
        }
        return best;
    }

    private static int crowd(Node node) {
        int tooMany = node.children.size() - node.slots;
        // A host that forwards in another tree has no upload left for this one.
        return (node.slots > 0 || node.depth == 0 ? tooMany * 1000 : 1_000_000 + tooMany * 1000) + node.depth;
    }

    private void placeAdrift(Set<HostId> changed) {
        List<Node> waiting = new ArrayList<>(adrift);
        adrift.clear();
        waiting.sort((a, b) -> Integer.compare(b.slots, a.slots));
        waiting.forEach(node -> place(node, changed));
    }

    private void becomeRoot(Node node) {
        setDepth(node, 0);
    }

    private void attach(Node node, Node parent) {
        node.parent = parent;
        parent.children.add(node);
        setDepth(node, parent.depth == ADRIFT ? ADRIFT : parent.depth + 1);
        index(parent);
    }

    private void detach(Node node) {
        Node parent = java.util.Objects.requireNonNull(node.parent);
        parent.children.remove(node);
        node.parent = null;
        setDepth(node, ADRIFT);
        index(parent);
    }

    private void setDepth(Node node, int depth) {
        node.depth = depth;
        index(node);
        for (Node child : node.children) {
            setDepth(child, depth == ADRIFT ? ADRIFT : depth + 1);
        }
    }

    private void index(Node node) {
        boolean isRooted = node.depth != ADRIFT;
        if (isRooted) {
            rooted.add(node);
        } else {
            rooted.remove(node);
        }
        open.put(node, isRooted && node.hasFreeSlot());
        plainLeaves.put(node, isRooted && node.isPlainLeaf());
    }
}
