package dev.darter.agent.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;
import dev.darter.service.TokenBucket;
import dev.darter.service.WebSocketClient;
import dev.darter.service.WebSocketLink;

/** This host's links with its neighbours, at most one with each, whoever opened it. Thread-safe; nothing blocks the caller. */
public final class Peers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final long REFUSED_NANOS = Duration.ofMillis(500).toNanos();

    private final Member self;
    private final LinkTimeouts timeouts;
    private final TokenBucket downloadRate;
    private final PeerListener listener;
    private final ChunkReceiver receiver;
    private final BufferPool buffers = new BufferPool();
    private final Map<HostId, PeerLink> links = new ConcurrentHashMap<>();
    private final Set<HostId> connecting = ConcurrentHashMap.newKeySet();
    private final Set<HostId> shunned = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public Peers(Member self, LinkTimeouts timeouts, TokenBucket downloadRate, PeerListener listener, ChunkReceiver receiver) {
        this.self = self;
        this.timeouts = timeouts;
        this.downloadRate = downloadRate;
        this.listener = listener;
        this.receiver = receiver;
    }

    /** Opens a link in the background; its fate goes to the listener. One that is open stays and is told again. */
    public void connect(Member peer) {
        Thread.startVirtualThread(() -> {
            PeerLink present = links.get(peer.host());
            if (present != null) {
                listener.up(present.peer());
            } else if (connecting.add(peer.host())) {
                PeerLink meanwhile = links.get(peer.host());
                if (meanwhile == null) {
                    dial(peer);
                } else {
                    connecting.remove(peer.host());
                    listener.up(meanwhile.peer());
                }
            }
        });
    }

    /** Takes in a link that another host opens on this one's listener. */
    public void accept(HttpExchange exchange) throws IOException {
        // Says hello only after the caller has: until it is known who that is, it isn't known which of two links stays.
        Handshake handshake = new Handshake(self, Optional.empty(), this::comesIn, listener, ended -> ended.ifPresent(this::lost));
        handshake.awaitHello(exchange.upgradeToWebSocket(handshake), timeouts.hello());
    }

    /** Closes a link on purpose; requests to that host fail. */
    public void disconnect(HostId peer) {
        PeerLink link = links.remove(peer);
        if (link != null) {
            link.close();
        }
    }

    /** Closes the link, and opens and takes none with this host any more. */
    public void shun(HostId peer) {
        shunned.add(peer);
        disconnect(peer);
    }

    /** Opens and takes links with this host again. */
    public void pardon(HostId peer) {
        shunned.remove(peer);
    }

    /** Sends to a neighbour; dropped when there is no link. What is said of a request that has not left this host is done here. */
    public void send(HostId to, PeerMessage message) {
        PeerLink link = links.get(to);
        if (link == null) {
            return;
        }
        boolean isDone = switch (message) {
            case PeerMessage.Cancel(long request) -> link.lanes().withdrawUnsent(request);
            case PeerMessage.Urgent(long request) -> link.lanes().urgeUnsent(request);
            default -> false;
        };
        if (!isDone) {
            link.send(message);
        }
    }

    /** Asks a neighbour for a chunk; without a link the request fails. */
    public void fetch(ChunkRequest request) {
        PeerLink link = links.get(request.from());
        if (link == null) {
            Thread.startVirtualThread(() -> receiver.failed(request, ChunkReceiver.Failure.BROKEN));
        } else {
            link.lanes().fetch(request);
        }
    }

    /** Ends a request, wherever it is. */
    public void abandon(ChunkRequest request) {
        PeerLink link = links.get(request.from());
        if (link != null) {
            link.lanes().abandon(request.id());
        }
    }

    /** How a neighbour is reached, while there is a link. */
    public Optional<Member> member(HostId peer) {
        return Optional.ofNullable(links.get(peer)).map(PeerLink::peer);
    }

    /** Number of open links. */
    public int size() {
        return links.size();
    }

    @Override
    public void close() {
        closed = true;
        links.keySet().forEach(this::disconnect);
    }

    private void dial(Member peer) {
        try {
            if (shunned.contains(peer.host())) {
                throw new IOException("it was caught lying");
            }
            Handshake handshake = new Handshake(self, Optional.of(peer.host()),
                    (_, opened, begun) -> establish(peer, self.host(), opened, begun),
                    listener,
                    ended -> dialEnded(peer, ended));
            WebSocketLink socket = WebSocketClient.connect(URI.create("ws://" + peer.address() + "/p2p/v1/control"), handshake,
                    timeouts.connect());
            handshake.greet(socket);
            handshake.awaitHello(socket, timeouts.hello());
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("No link with {} at {}: {}", peer.host(), peer.address(), e.getMessage());
            connecting.remove(peer.host());
            listener.down(peer.host());
        }
    }

    private void dialEnded(Member peer, Optional<PeerLink> link) {
        connecting.remove(peer.host());
        if (link.isPresent()) {
            lost(link.get());
        } else {
            // The other side closed it without a hello: it may have a link of its own on the way to here.
            LockSupport.parkNanos(REFUSED_NANOS);
            if (!links.containsKey(peer.host())) {
                listener.down(peer.host());
            }
        }
    }

    /**
     * Two hosts that open links to each other at the same moment keep that of the host whose name comes first: it refuses the other's, which has not
     * heard a hello yet and so has sent nothing that could be lost.
     */
    private Optional<PeerLink> comesIn(Member peer, WebSocketLink socket, Handshake handshake) {
        HostId host = peer.host();
        PeerLink present = links.get(host);
        boolean isOwn = connecting.contains(host) || (present != null && present.initiator().equals(self.host()));
        return isOwn && self.host().compareTo(host) < 0 ? Optional.empty() : establish(peer, host, socket, handshake);
    }

    private Optional<PeerLink> establish(Member peer, HostId initiator, WebSocketLink socket, Handshake handshake) {
        connecting.remove(peer.host());
        if (closed || shunned.contains(peer.host()) || peer.host().equals(self.host())) {
            return Optional.empty();
        }
        PeerLink link;
        try {
            InetSocketAddress address = HostPort.parse(peer.address()).resolve();
            link = new PeerLink(peer, initiator, socket,
                    new NeighbourLanes(self.host(), peer.host(), address, timeouts, buffers, downloadRate, receiver));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("Host {} says that it is reached at {}: {}", peer.host(), peer.address(), e.getMessage());
            return Optional.empty();
        }
        handshake.greet(socket);
        PeerLink old = links.put(peer.host(), link);
        if (old != null) {
            old.close();
        }
        listener.up(peer);
        return Optional.of(link);
    }

    private void lost(PeerLink link) {
        if (links.remove(link.peer().host(), link)) {
            link.lanes().close();
            listener.down(link.peer().host());
        }
    }
}
