package dev.darter.e2e;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.DefaultHttpHeaders;

import dev.darter.protocol.AgentMessage;
import dev.darter.protocol.Codec;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.protocol.PeerMessage;
import dev.darter.protocol.ProtocolException;
import dev.darter.protocol.SchedulerMessage;
import dev.darter.service.HostPort;
import dev.darter.service.HttpExchange;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.WebSocketClient;
import dev.darter.service.WebSocketLink;
import dev.darter.service.WebSocketListener;

/**
 * A member of the cluster that speaks the protocol well and lies in it: it says that it holds a whole blob, tells chain states and serves bytes
 * as its {@link FalseBlob} has them.
 */
final class EvilPeer implements AutoCloseable {
    private static final int VERSION = 1;
    private static final int SLOTS = 16;
    private static final long UPLOAD_BYTES_PER_SECOND = 1_000_000_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final FalseBlob lie;
    private final HttpServer server;
    private final Member self;
    private final WebSocketLink scheduler;
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private final AtomicInteger welcomes = new AtomicInteger();
    private final AtomicInteger openLinks = new AtomicInteger();
    private final AtomicInteger chunksServed = new AtomicInteger();

    /** Joins the cluster; from then on others are told that the blob can be had here. */
    EvilPeer(String schedulerUrl, FalseBlob lie) throws IOException {
        this.lie = lie;
        this.server = HttpServer.start("evil", new HostPort("127.0.0.1", 0), this::handle, HttpServerOptions.defaults());
        this.self = new Member(lie.teller(), "127.0.0.1:" + server.port(), "default");
        this.scheduler = WebSocketClient.connect(URI.create(schedulerUrl).resolve("/v1/agents"), new FromScheduler(), TIMEOUT);
        tell(new AgentMessage.Hello(VERSION, self, SLOTS, UPLOAD_BYTES_PER_SECOND, lie.announcedKey()));
        int count = lie.layout().count();
        tell(new AgentMessage.Inventory(List.of(new AgentMessage.Holding(lie.blob(), lie.layout().blobSize(), count, count)), true));
        // Answered in their order: with the second welcome the scheduler knows what this host says that it holds.
        tell(new AgentMessage.Hello(VERSION, self, SLOTS, UPLOAD_BYTES_PER_SECOND, lie.announcedKey()));
        Waiting.until("the liar is a member", TIMEOUT, () -> welcomes.get() >= 2);
        var _ = heartbeat.scheduleAtFixedRate(() -> tell(new AgentMessage.Alive(Set.of())), 300, 300, TimeUnit.MILLISECONDS);
    }

    HostId host() {
        return self.host();
    }

    /** Links that other agents hold with it. */
    int openLinks() {
        return openLinks.get();
    }

    /** How often it was believed so far as to be asked for bytes. */
    int chunksServed() {
        return chunksServed.get();
    }

    @Override
    public void close() {
        heartbeat.shutdownNow();
        scheduler.close();
        server.close(Duration.ZERO);
    }

    private void tell(AgentMessage message) {
        scheduler.send(Codec.AGENT.encode(message));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String blob = "/p2p/v1/blobs/" + lie.blob().digest();
        if (exchange.path().equals("/p2p/v1/control")) {
            WebSocketLink link = exchange.upgradeToWebSocket(new FromPeer());
            openLinks.incrementAndGet();
            send(link, new PeerMessage.Hello(VERSION, self));
        } else if (exchange.path().equals(blob + "/chain")) {
            exchange.respond(200, new DefaultHttpHeaders().set("Content-Type", "application/json"),
                    Codec.PEER.encode(lie.everything()).getBytes(StandardCharsets.UTF_8));
        } else if (exchange.path().equals(blob)) {
            chunksServed.incrementAndGet();
            String[] range = exchange.headers().get("Range").substring("bytes=".length()).split("-", 2);
            byte[] bytes = lie.bytes(Long.parseLong(range[0]), Long.parseLong(range[1]) + 1);
            exchange.respond(206, new DefaultHttpHeaders().set("Content-Range",
                    "bytes " + range[0] + "-" + range[1] + "/" + lie.layout().blobSize()), bytes);
        } else {
            exchange.respond(404, new DefaultHttpHeaders(), new byte[0]);
        }
    }

    private static void send(WebSocketLink link, PeerMessage message) {
        link.send(Codec.PEER.encode(message));
    }

    /** Answers whoever follows the blob; is silent to all else, and so refuses no child. */
    private final class FromPeer implements WebSocketListener {
        @Override
        public void onText(WebSocketLink link, String text) {
            try {
                if (Codec.PEER.decode(text) instanceof PeerMessage.Follow follow && follow.blob().equals(lie.blob())) {
                    send(link, new PeerMessage.Load(0, SLOTS, UPLOAD_BYTES_PER_SECOND));
                    send(link, lie.everything());
                }
            } catch (ProtocolException e) {
                throw new IllegalStateException("an agent sends what the protocol does not know", e);
            }
        }

        @Override
        public void onClosed(WebSocketLink link) {
            openLinks.decrementAndGet();
        }
    }

    /** When the scheduler tells this host of a neighbour, it calls there, as an honest one would. */
    private final class FromScheduler implements WebSocketListener {
        private final Map<HostId, WebSocketLink> called = new ConcurrentHashMap<>();

        @Override
        public void onText(WebSocketLink link, String text) {
            try {
                switch (Codec.SCHEDULER.decode(text)) {
                    case SchedulerMessage.Place place -> place.neighbours().forEach(this::call);
                    case SchedulerMessage.Welcome _ -> welcomes.incrementAndGet();
                    default -> {
                        // It does as it likes.
                    }
                }
            } catch (ProtocolException e) {
                throw new IllegalStateException("the scheduler sends what the protocol does not know", e);
            }
        }

        private void call(Member neighbour) {
            called.computeIfAbsent(neighbour.host(), _ -> {
                try {
                    WebSocketLink link = WebSocketClient.connect(URI.create("ws://" + neighbour.address() + "/p2p/v1/control"),
                            new FromPeer(),
                            TIMEOUT);
                    openLinks.incrementAndGet();
                    send(link, new PeerMessage.Hello(VERSION, self));
                    return link;
                } catch (IOException _) {
                    return null;
                }
            });
        }

        @Override
        public void onClosed(WebSocketLink link) {
            // The cluster wants no more of it.
        }
    }
}
