package dev.darter.agent;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.blob.Rechecks;
import dev.darter.agent.blob.SwarmBlobSource;
import dev.darter.agent.peer.ChainClient;
import dev.darter.agent.peer.PeerListener;
import dev.darter.agent.swarm.Event;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** Takes the chain states out of what neighbours say, and hands the rest to the swarm engine. */
final class PeerEvents implements PeerListener {

    private static final Logger LOG = LoggerFactory.getLogger(PeerEvents.class);

    /** How a neighbour is reached, for what is fetched in bulk. */
    interface Members {
        Optional<Member> member(HostId host);
    }

    private final SwarmBlobSource blobs;
    private final Members members;
    private final Rechecks rechecks;
    private final Consumer<Event> engine;

    PeerEvents(SwarmBlobSource blobs, Members members, Rechecks rechecks, Consumer<Event> engine) {
        this.blobs = blobs;
        this.members = members;
        this.rechecks = rechecks;
        this.engine = engine;
    }

    @Override
    public void up(Member peer) {
        engine.accept(new Event.PeerUp(peer));
    }

    @Override
    public void down(HostId peer) {
        engine.accept(new Event.PeerDown(peer));
    }

    @Override
    public void message(HostId from, PeerMessage message) {
        if (message instanceof PeerMessage.Have have) {
            learn(from, have);
        } else if (message instanceof PeerMessage.Rejected rejected) {
            rechecks.check(rejected.blob(), rejected.chunk());
        }
        engine.accept(new Event.FromPeer(from, message));
    }

    private void learn(HostId from, PeerMessage.Have have) {
        try {
            if (blobs.learn(from, have)) {
                Optional<Member> neighbour = members.member(from);
                if (neighbour.isPresent()) {
                    blobs.learn(from, ChainClient.fetch(neighbour.get(), have.blob()));
                }
            }
        } catch (IOException e) {
            // The engine may ask for the chunks all the same: they are checked as soon as the states come from elsewhere.
            LOG.debug("No chain of {} from {}: {}", have.blob().digest(), from, e.getMessage());
        }
    }
}
