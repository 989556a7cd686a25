package dev.darter.agent.blob;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import dev.darter.protocol.ChainState;
import dev.darter.protocol.SignedStates;
import dev.darter.store.PartialBlob;

/** States with a good signature some of which are false, kept until the blob is proven: then it is known which. Not thread-safe. */
final class Suspects {

    private static final int MOST = 1024;

    private final List<SignedStates> suspects = new ArrayList<>();

    void add(Collection<SignedStates> more) {
        more.stream().limit(Math.max(0, MOST - suspects.size())).forEach(suspects::add);
    }

    /**
     * Now that all states are proven: what was signed with the first false one among it. Those who signed later ones may have believed its signer, and
     * computed on from what it said.
     */
    Optional<SignedStates> firstLie(PartialBlob proven) {
        int first = Integer.MAX_VALUE;
        Optional<SignedStates> lie = Optional.empty();
        for (SignedStates signed : suspects) {
            int boundary = firstFalse(signed, proven);
            if (boundary < first) {
                first = boundary;
                lie = Optional.of(signed);
            }
        }
        suspects.clear();
        return lie;
    }

    private static int firstFalse(SignedStates signed, PartialBlob proven) {
        for (int i = 0; i < signed.states().size(); i++) {
            int boundary = signed.firstBoundary() + i;
            ChainState told = signed.states().get(i);
            if (proven.state(boundary).filter(known -> !known.state().equals(told)).isPresent()) {
                return boundary;
            }
        }
        return Integer.MAX_VALUE;
    }
}
