package dev.darter.store;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;

import dev.darter.protocol.SignedStates;

/** What was signed about the states of one blob, as it was given: it can be passed on only like that. Not thread-safe. */
final class SignatureBook {

    private final TreeMap<Integer, SignedStates> byBoundary = new TreeMap<>();

    /** Keeps it for those of its boundaries that have none yet; false when there are no such. */
    boolean add(SignedStates signed) {
        boolean isNew = false;
        for (int i = 0; i < signed.states().size(); i++) {
            isNew |= byBoundary.putIfAbsent(signed.firstBoundary() + i, signed) == null;
        }
        return isNew;
    }

    /** Forgets what was signed about states from a boundary on, and about those before that were signed together with one of them. */
    void rewind(int boundary) {
        byBoundary.values().removeIf(signed -> signed.firstBoundary() + signed.states().size() > boundary);
    }

    /** Everything, in the order of the boundaries. */
    List<SignedStates> all() {
        return List.copyOf(new LinkedHashSet<>(byBoundary.values()));
    }
}
