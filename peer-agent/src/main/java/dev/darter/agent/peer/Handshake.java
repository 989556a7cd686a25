package dev.darter.agent.peer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.Codec;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.PeerMessage.Hello;
import dev.darter.protocol.ProtocolException;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

/**
 * One control socket from its opening to its end: waits for the other side's hello, then hands messages on. Anything else than a hello at the
 * start, a version that is too old, or another host than the one that was called, closes the socket.
 */
final class Handshake implements WebSocketListener {

    /** The newest version of the peer protocol that is spoken here. */
    static final int VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    /** Decides about a link whose other side has said hello. */
    interface Establish {

        /** Takes the link up among the others, after {@link #greet}; or refuses it, and nothing was said to the other side. */
        Optional<PeerLink> establish(Member peer, WebSocketLink socket, Handshake handshake);
    }

    private final Member self;
    private final Optional<HostId> expected;
    private final Establish established;
    private final PeerListener messages;
    private final Consumer<Optional<PeerLink>> ended;
    /** Open until the other side has said hello, or the socket is closed. */
    private final CountDownLatch begun = new CountDownLatch(1);
    private boolean greeted;
    private boolean refused;
    private @Nullable PeerLink link;

    /**
     * @param expected the host that was called; empty for a link that came in
     * @param established takes the link up among the others, or refuses it
     * @param ended told once at the end, with the link if there was one
     */
    Handshake(Member self, Optional<HostId> expected, Establish established,
            PeerListener messages,
            Consumer<Optional<PeerLink>> ended) {
        this.self = self;
        this.expected = expected;
        this.established = established;
        this.messages = messages;
        this.ended = ended;
    }

    /** Says hello, once: it has to be the first message, also where the other side's hello is faster than the thread that opened the socket. */
    synchronized void greet(WebSocketLink socket) {
        if (!greeted) {
            greeted = true;
            socket.send(Codec.PEER.encode(new Hello(VERSION, self)));
        }
    }

    /** Closes a socket over which no hello comes in time; blocks until one has come. */
    void awaitHello(WebSocketLink socket, Duration patience) {
        try {
            if (!begun.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("A neighbour at {} does not say hello", socket.remote());
                socket.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            socket.close();
        }
    }

    @Override
    public void onText(WebSocketLink socket, String text) {
        begun.countDown();
        PeerMessage message;
        try {
            message = Codec.PEER.decode(text);
        } catch (ProtocolException e) {
            LOG.warn("A neighbour at {} sends what this version does not understand: {}", socket.remote(), e.getMessage());
            socket.close();
            return;
        }
        PeerLink current = link;
        if (current != null) {
            messages.message(current.peer().host(), message);
        } else if (refused) {
            LOG.debug("A message came over a link that is being closed");
        } else if (message instanceof Hello hello && acceptable(hello)) {
            link = established.establish(hello.self(), socket, this).orElse(null);
            if (link == null) {
                refused = true;
                socket.close();
            }
        } else {
            LOG.warn("A neighbour at {} begins with a {} that is not acceptable", socket.remote(), message.getClass().getSimpleName());
            socket.close();
        }
    }

    private boolean acceptable(Hello hello) {
        return hello.version() >= 1 && expected.map(host -> host.equals(hello.self().host())).orElse(true);
    }

    @Override
    public void onClosed(WebSocketLink socket) {
        begun.countDown();
        ended.accept(Optional.ofNullable(link));
    }
}
