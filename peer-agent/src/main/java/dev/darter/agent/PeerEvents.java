package dev.darter.agent;

import java.io.IOException;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.blob.BulkChain;
import dev.darter.agent.blob.SwarmBlobSource;
import dev.darter.agent.peer.PeerListener;
import dev.darter.agent.swarm.Event;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;

/** Takes the chain states out of what neighbours say, and hands the rest to the swarm engine. */
final class PeerEvents implements PeerListener {

    private static final Logger LOG = LoggerFactory.getLogger(PeerEvents.class);

    private final SwarmBlobSource blobs;
    private final BulkChain chains;
    private final Consumer<Event> engine;

    PeerEvents(SwarmBlobSource blobs, BulkChain chains, Consumer<Event> engine) {
        this.blobs = blobs;
        this.chains = chains;
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
            blobs.rejected(rejected.blob(), rejected.chunk());
        }
        engine.accept(new Event.FromPeer(from, message));
    }

    private void learn(HostId from, PeerMessage.Have have) {
        try {
            if (blobs.learn(from, have)) {
                chains.learnSoon(from, have.blob());
            }
        } catch (IOException e) {
            LOG.warn("The states of {} from {} can't be kept", have.blob().digest(), from, e);
        }
    }
}
