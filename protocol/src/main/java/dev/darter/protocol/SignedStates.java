package dev.darter.protocol;

import java.util.List;

/**
 * Consecutive chain states, signed by the host that read them from the origin or proved the blob. They are relayed as they are: a relay can
 * neither forge nor cut them. The signature (Ed25519) is over {@code "darter-states-1" \n registry \n digest \n size \n layout \n signer \n
 * epoch \n firstBoundary \n} in UTF-8, numbers in decimal, followed by the bytes of the states.
 *
 * @param firstBoundary boundary of the first state: boundary <i>i</i> lies before chunk <i>i</i>, there is none after the last chunk, whose end is the digest itself
 */
public record SignedStates(HostId signer, long epoch, int firstBoundary, List<ChainState> states, Bytes signature) implements Signed {
    public SignedStates {
        states = List.copyOf(states);
        if (firstBoundary < 0) {
            throw new IllegalArgumentException("There is no boundary " + firstBoundary);
        }
    }
}
