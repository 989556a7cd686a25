package dev.darter.agent;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.darter.agent.blob.BlobContext;
import dev.darter.agent.blob.BulkChain;
import dev.darter.agent.blob.Fetches;
import dev.darter.agent.blob.LocalContent;
import dev.darter.agent.blob.SwarmBlobSource;
import dev.darter.agent.blob.TrafficBook;
import dev.darter.agent.link.KnownMembers;
import dev.darter.agent.link.SchedulerLink;
import dev.darter.agent.peer.ChunkSender;
import dev.darter.agent.peer.LinkTimeouts;
import dev.darter.agent.peer.PeerHandler;
import dev.darter.agent.peer.Peers;
import dev.darter.agent.peer.Uploads;
import dev.darter.agent.swarm.EngineOptions;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.SwarmEngine;
import dev.darter.agent.trust.HostIdentity;
import dev.darter.agent.trust.KeyRing;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;
import dev.darter.registry.TagMemory;
import dev.darter.service.BitRate;
import dev.darter.service.HostPort;
import dev.darter.service.HttpHandler;
import dev.darter.service.HttpServer;
import dev.darter.service.HttpServerOptions;
import dev.darter.service.Telemetry;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;

/** This host's part of the swarm: the engine, its links with the scheduler and with neighbours, and the downloads that they feed. */
final class SwarmNode {

    /** Children over all blobs and stripes: enough for the layers of an image at the average rate. */
    private static final int SLOTS = 16;
    /**
     * Chunks are sent one or two at a time, each to its end. Sockets that take megabytes would have the uplink's queue believe that all of them are
     * sent: then every receiver gets a part of the link, children are late and leave, and half of the chunks come over the mesh.
     */
    private static final int MAX_UNSENT = 128 << 10;
    /** How long changes of the membership may wait to be written: hosts of a large cluster come and go all the time. */
    private static final int MEMBERS_SECONDS = 5;

    private final HostPort address;
    private final Member self;
    private final HttpServer server;
    private final PerBlob work = new PerBlob();
    private final CompletableFuture<HttpHandler> handler = new CompletableFuture<>();
    private final SecureRandom random = new SecureRandom();
    private final TrafficBook traffic = new TrafficBook();
    private final KnownMembers known;
    private final SwarmLoop loop;
    private final Holdings events;
    private final Peers peers;
    private final SchedulerLink scheduler;
    private final SwarmBlobSource blobs;
    private volatile @Nullable TagMemory tags;

    private SwarmNode(AgentOptions options, List<URI> schedulers, HostIdentity identity, ChunkStore store, Telemetry telemetry)
            throws IOException {
        // Bound first, since the cluster has to be told the port; it answers when everything behind it is there.
        server = HttpServer.start("peer", options.peer(), exchange -> handler.join().handle(exchange),
                HttpServerOptions.defaults().withMaxUnsent(MAX_UNSENT));
        try {
            address = options.peer().withPort(server.port());
            self = new Member(identity.id(), options.advertise().orElse(address).toString(), options.zone());
            known = new KnownMembers(options.data(),
                    CompletableFuture.delayedExecutor(MEMBERS_SECONDS, TimeUnit.SECONDS, Thread::startVirtualThread));
            long uploadRate = options.uploadRate().map(BitRate::bytesPerSecond).orElse(0L);

            KeyRing keys = new KeyRing();
            keys.believe(identity.voucher().vouchKey());
            known.ownKeys().forEach(keys::believe);
            EngineOptions engine = new EngineOptions(self, identity.voucher().vouchKey(), SLOTS, uploadRate,
                    (blob, epoch) -> keys.voucher(blob, identity.id(), epoch).vouchKey().ed25519());
            loop = new SwarmLoop(new SwarmEngine(engine, random));
            events = new Holdings(loop::post);
            TokenBucket downloadRate = Rates.bucket(options.downloadRate());
            BlobContext context = new BlobContext(store, keys, identity.voucher(), events, downloadRate, AgentMeters.of(telemetry),
                    options.originConnections());
            blobs = new SwarmBlobSource(context, traffic, work::execute);
            BulkChain chains = new BulkChain(blobs, this::member);
            Fetches fetches = new Fetches(blobs, chains, context);
            LocalContent content = new LocalContent(blobs, context);
            Uploads uploads = new Uploads();
            peers = new Peers(self, LinkTimeouts.DEFAULT, downloadRate, new PeerEvents(blobs, chains, events),
                    fetches);
            scheduler = new SchedulerLink(schedulers, new SchedulerEvents(identity.id(), keys, known, blobs, events), random);
            ChunkSender sender = new ChunkSender(uploads, new Turns(events), Rates.bucket(options.uploadRate()),
                    telemetry.peerSentBytes()::increment);
            handler.complete(new PeerHandler(peers, content, sender, () -> Optional.ofNullable(tags)));
            events.watch(store);
            events.accept(new Event.Remembered(known.members()));
            loop.start(new CommandDispatch(blobs, fetches, content, peers, uploads, scheduler, work, new Announcements()));
            scheduler.start();
        } catch (RuntimeException e) {
            server.close(Duration.ZERO);
            throw e;
        }
    }

    /** Binds the peer listener and joins the swarm; the store stays the caller's to close. */
    static SwarmNode start(AgentOptions options, List<URI> schedulers, HostIdentity identity, ChunkStore store, Telemetry telemetry)
            throws IOException {
        return new SwarmNode(options, schedulers, identity, store, telemetry);
    }

    /** Where other agents connect to, with the port that was bound. */
    HostPort address() {
        return address;
    }

    SwarmBlobSource blobs() {
        return blobs;
    }

    TrafficBook traffic() {
        return traffic;
    }

    Peers peers() {
        return peers;
    }

    /** A complete blob has come into the store by another way than a download. */
    void held(BlobKey blob, long size) {
        events.accept(new Event.Held(blob, size));
    }

    /** The hosts of the cluster but for this one. */
    List<Member> others() {
        return known.members().stream().filter(member -> !member.host().equals(self.host())).toList();
    }

    /** Number of hosts in the cluster, this one included. */
    int members() {
        return 1 + others().size();
    }

    /** Answers other hosts from this memory of tags from now on. */
    void answerTags(TagMemory memory) {
        tags = memory;
    }

    /** The scheduler that there is a link with. */
    Optional<URI> scheduler() {
        return scheduler.current();
    }

    /** What keeps this host from taking part, if anything does. */
    Optional<String> problem() {
        return loop.problem();
    }

    /** Leaves the swarm; what is being sent to neighbours gets the given time. */
    void close(Duration drain) {
        scheduler.close();
        server.close(drain);
        peers.close();
        blobs.close();
        loop.close();
        work.close();
        known.save();
    }

    private Optional<Member> member(HostId host) {
        return peers.member(host);
    }
}
