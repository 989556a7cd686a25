package dev.darter.agent.peer;

import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** Hears what happens on the control links. Calls for one link come one after the other, on a virtual thread, and may block. */
public interface PeerListener {

    /** A link is open and both sides have said hello, whoever opened it; told again when somebody asks for a link that is open already. */
    void up(Member peer);

    /** A link is lost, or could not be opened. Not told when it was closed here on purpose. */
    void down(HostId peer);

    /** A neighbour said something, other than hello. */
    void message(HostId from, PeerMessage message);
}
