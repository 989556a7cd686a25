package dev.darter.agent.blob;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.peer.ChainClient;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;

/** Fetches all chain states of a blob from a neighbour and learns them; whoever wants the same at the same time shares one request. Thread-safe. */
public final class BulkChain {

    private static final Logger LOG = LoggerFactory.getLogger(BulkChain.class);

    private record Wanted(HostId from, BlobKey blob) {}

    private final SwarmBlobSource blobs;
    private final Function<HostId, Optional<Member>> members;
    private final Map<Wanted, CompletableFuture<Void>> underway = new ConcurrentHashMap<>();

    /** @param members how a neighbour is reached, while there is a link */
    public BulkChain(SwarmBlobSource blobs, Function<HostId, Optional<Member>> members) {
        this.blobs = blobs;
        this.members = members;
    }

    /** Blocks for a few seconds at most; a failure costs nothing but the states. */
    public void learn(HostId from, BlobKey blob) {
        Wanted wanted = new Wanted(from, blob);
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = underway.putIfAbsent(wanted, mine);
        if (earlier == null) {
            fetch(wanted, mine);
        } else {
            earlier.join();
        }
    }

    /** The same in the background, once at a time: what else a neighbour says must not wait for it, and may ask for the same again and again. */
    public void learnSoon(HostId from, BlobKey blob) {
        Wanted wanted = new Wanted(from, blob);
        CompletableFuture<Void> mine = new CompletableFuture<>();
        if (underway.putIfAbsent(wanted, mine) == null) {
            Thread.ofVirtual().name("chain of " + blob.digest()).start(() -> fetch(wanted, mine));
        }
    }

    private void fetch(Wanted wanted, CompletableFuture<Void> done) {
        try {
            members.apply(wanted.from()).ifPresent(neighbour -> fetch(neighbour, wanted.blob()));
        } finally {
            underway.remove(wanted);
            done.complete(null);
        }
    }

    private void fetch(Member neighbour, BlobKey blob) {
        try {
            blobs.learn(neighbour.host(), ChainClient.fetch(neighbour, blob));
        } catch (IOException e) {
            // The engine may ask for the chunks all the same: they are checked as soon as the states come from elsewhere.
            LOG.debug("No chain of {} from {}: {}", blob.digest(), neighbour.host(), e.getMessage());
        }
    }
}
