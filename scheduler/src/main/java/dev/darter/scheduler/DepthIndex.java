package dev.darter.scheduler;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/** Some nodes of a tree, found by their depth; the order of insertion decides among equals, so that equal events give equal trees. */
final class DepthIndex {

    private final TreeMap<Integer, LinkedHashSet<Tree.Node>> byDepth = new TreeMap<>();
    private final Map<Tree.Node, Integer> depths = new HashMap<>();

    /** Adds, moves or removes a node; costs little when nothing changed. */
    void put(Tree.Node node, boolean belongs) {
        Integer before = depths.get(node);
        if (before != null && belongs && before == node.depth) {
            return;
        }
        if (before != null) {
            depths.remove(node);
            LinkedHashSet<Tree.Node> level = byDepth.get(before);
            if (level != null && level.remove(node) && level.isEmpty()) {
                byDepth.remove(before);
            }
        }
        if (belongs) {
            depths.put(node, node.depth);
            byDepth.computeIfAbsent(node.depth, _ -> new LinkedHashSet<>()).add(node);
        }
    }

    /** The node nearest to a root, or null. */
    Tree.@Nullable Node shallowest() {
        return byDepth.isEmpty() ? null : byDepth.firstEntry().getValue().getFirst();
    }

    /** The matching node farthest from the roots, or null. */
    Tree.@Nullable Node deepest(Predicate<Tree.Node> matches) {
        for (LinkedHashSet<Tree.Node> level : byDepth.descendingMap().values()) {
            for (Tree.Node node : level) {
                if (matches.test(node)) {
                    return node;
                }
            }
        }
        return null;
    }
}
