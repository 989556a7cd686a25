package dev.darter.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

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
    }

    /** The depth of nodes that no root is above of. */
    static final int ADRIFT = -1;

    private final DepthIndex open = new DepthIndex();
    /** Those that have a parent, by the number of their slots. */
    private final TreeMap<Integer, DepthIndex> bySlots = new TreeMap<>();
    private final DepthIndex forwardingRoots = new DepthIndex();
    private final Set<Node> adrift = new LinkedHashSet<>();
    private final Set<Node> rooted = new LinkedHashSet<>();
    private int slots;

    /** Upload slots of all hosts in this tree. */
    int slots() {
        return slots;
    }

    /** Whether somebody waits for a slot. */
    boolean isShort() {
        return !adrift.isEmpty() && !rooted.isEmpty();
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
        placeAdrift(changed);
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
        setSlots(node, 0);
        List<Node> orphans = new ArrayList<>(node.children);
        orphans.forEach(this::detach);
        if (node.parent != null) {
            detach(node);
        }
        adrift.remove(node);
        setDepth(node, ADRIFT);
        placeAll(orphans, changed);
        placeAdrift(changed);
    }

    /** Writes down a move that a host made on its own; false when it would make a circle, or lead away from all roots. */
    boolean move(Node node, Node to) {
        if (to.depth == ADRIFT && node.depth != ADRIFT) {
            return false;
        }
        if (isAbove(node, to)) {
            return false;
        }
        if (node.parent != null) {
            detach(node);
        }
        adrift.remove(node);
        attach(node, to);
        return true;
    }

    /** Changes how many children a host may have here; those who are too many get other places, and so does the host if another one suits it better now. */
    void fit(Node node, int slots, Set<HostId> changed) {
        if (slots == node.slots) {
            return;
        }
        boolean shrinks = slots < node.slots;
        setSlots(node, slots);
        List<Node> surplus = new ArrayList<>();
        Node free = open.shallowest();
        while (node.children.size() > slots) {
            int last = node.children.size() - 1;
            boolean carriesFree = last > 0 && free != null && isAbove(node.children.get(last), free);
            Node child = node.children.get(carriesFree ? last - 1 : last);
            detach(child);
            surplus.add(child);
        }
        if (node.parent != null && (shrinks || isBelowWeaker(node))) {
            detach(node);
            surplus.add(node);
        }
        placeAll(surplus, changed);
        placeAdrift(changed);
    }

    private boolean isBelowWeaker(Node node) {
        Node weaker = weaker(node.slots);
        return weaker != null && weaker.depth < node.depth;
    }

    private static boolean isAbove(Node node, Node below) {
        Node at = below;
        while (at != null && at != node) {
            at = at.parent;
        }
        return at == node;
    }

    private void setSlots(Node node, int slots) {
        this.slots += slots - node.slots;
        level(node).put(node, false);
        node.slots = slots;
        index(node);
    }

    private DepthIndex level(Node node) {
        return bySlots.computeIfAbsent(node.slots, _ -> new DepthIndex());
    }

    /**
     * A host that could do with one slot less, because it or another one has one to spare: a root last, and never the last slot of a root, which all below
     * may hang on; null where all are taken.
     */
    @Nullable
    Node lender(Predicate<Node> matches) {
        Node free = open.shallowest();
        if (free == null) {
            return null;
        }
        Node idle = open.deepest(node -> (node.parent != null || node.slots > 1) && matches.test(node));
        if (idle != null) {
            return idle;
        }
        for (DepthIndex level : bySlots.tailMap(1).values()) {
            Node node = level.deepest(it -> matches.test(it) && !isHeldUp(it, free));
            if (node != null) {
                return node;
            }
        }
        return forwardingRoots.deepest(node -> node.slots > 1 && matches.test(node));
    }

    /** Whether a free slot would be lost with the only child of a host, because the child has no slots to find another place with. */
    private static boolean isHeldUp(Node node, Node free) {
        return node.slots == 1 && node.children.getFirst().slots == 0 && isAbove(node, free);
    }

    /** Places hosts without a parent, those with more slots first. Children that a host has taken beyond its slots are placed by themselves. */
    private void placeAll(List<Node> nodes, Set<HostId> changed) {
        List<Node> unplaced = new ArrayList<>(nodes);
        for (int i = 0; i < unplaced.size(); i++) {
            Node node = unplaced.get(i);
            while (node.children.size() > node.slots) {
                Node child = node.children.getLast();
                detach(child);
                unplaced.add(child);
            }
        }
        unplaced.sort((a, b) -> Integer.compare(b.slots, a.slots));
        unplaced.forEach(node -> place(node, changed));
    }

    /**
     * Hosts with more slots stand above those with fewer: a weak one would hold up all below it. Where there is no room a host stays adrift and lives
     * on the mesh, because one child too many would hold up a whole family.
     */
    private void place(Node node, Set<HostId> changed) {
        changed.add(node.host);
        Node host = open.shallowest();
        Node weaker = weaker(node.slots);
        if (weaker != null && (host == null || weaker.depth <= host.depth)) {
            takePlaceOf(weaker, node, changed);
        } else if (host != null) {
            attach(node, host);
        } else {
            adrift.add(node);
        }
    }

    /** The host with fewer slots that is nearest to a root. */
    @Nullable
    private Node weaker(int slots) {
        Node best = null;
        for (DepthIndex level : bySlots.headMap(slots).values()) {
            Node node = level.shallowest();
            if (node != null && (best == null || node.depth < best.depth)) {
                best = node;
            }
        }
        return best;
    }

    private void takePlaceOf(Node weaker, Node node, Set<HostId> changed) {
        Node parent = java.util.Objects.requireNonNull(weaker.parent);
        detach(weaker);
        attach(node, parent);
        if (node.hasFreeSlot()) {
            attach(weaker, node);
            changed.add(weaker.host);
        } else {
            placeAll(List.of(weaker), changed);
        }
    }

    private void placeAdrift(Set<HostId> changed) {
        if (!isShort()) {
            return;
        }
        List<Node> waiting = new ArrayList<>(adrift);
        adrift.clear();
        placeAll(waiting, changed);
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
        level(node).put(node, isRooted && node.parent != null);
        forwardingRoots.put(node, isRooted && node.parent == null && node.slots > 0);
    }
}
