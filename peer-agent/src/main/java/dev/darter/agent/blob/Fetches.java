package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.peer.ChunkReceiver;
import dev.darter.agent.peer.ChunkRequest;
import dev.darter.agent.swarm.Command;
import dev.darter.agent.swarm.Event;
import dev.darter.agent.swarm.FetchOutcome;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;

/** The chunks that this host has asked its neighbours for, and what becomes of them: verified, stored and told to the engine. Thread-safe. */
public final class Fetches implements ChunkReceiver {

    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private final SwarmBlobSource blobs;
    private final BulkChain chains;
    private final BlobContext context;
    private final Map<Long, ChunkRequest> open = new ConcurrentHashMap<>();

    public Fetches(SwarmBlobSource blobs, BulkChain chains, BlobContext context) {
        this.blobs = blobs;
        this.chains = chains;
        this.context = context;
    }

    /** The request as it goes to the neighbour. Returns at once. */
    public ChunkRequest begin(Command.Fetch fetch) {
        ChunkRequest.Lane lane = switch (fetch.urgency()) {
            case URGENT -> ChunkRequest.Lane.URGENT;
            case NORMAL -> ChunkRequest.Lane.ORDINARY;
            case SPARE -> ChunkRequest.Lane.SPARE;
        };
        ChunkRequest request = new ChunkRequest(fetch.request(), fetch.from(), fetch.blob(), fetch.chunk(), fetch.offset(), fetch.length(),
                lane);
        open.put(request.id(), request);
        return request;
    }

    /** The engine wants to hear no more of a request. */
    public Optional<ChunkRequest> forget(long request) {
        return Optional.ofNullable(open.remove(request));
    }

    @Override
    public void progressed(ChunkRequest request, int bytes) {
        if (open.containsKey(request.id())) {
            context.events().accept(new Event.FetchProgress(request.id(), bytes));
        }
    }

    @Override
    public void arrived(ChunkRequest request, ByteBuffer bytes, Duration took) {
        context.meters().receivedFromPeer(bytes.remaining());
        blobs.download(request.blob()).ifPresent(download -> download.traffic().peer(bytes.remaining()));
        Optional<Download> download = blobs.download(request.blob());
        // A chunk that was asked for under another size than the blob turned out to have is none.
        Optional<Content> content = download.flatMap(Download::content).filter(here -> fits(request, here.layout()));
        if (download.isEmpty() || content.isEmpty()) {
            end(request, FetchOutcome.BROKEN);
            return;
        }
        try {
            if (content.get().lacksStatesFor(ChunkSet.of(request.chunk()))) {
                chains.learn(request.from(), request.blob());
            }
            FetchOutcome outcome = content.get().store(request.chunk(), bytes);
            if (outcome == FetchOutcome.CORRUPT || outcome == FetchOutcome.UNCLOSED || outcome == FetchOutcome.DOUBTFUL) {
                context.meters().rejectedChunk();
            }
            // In this order: the engine would take a chunk that it gains while it still asks for it as one from elsewhere, and cancel the request.
            end(request, outcome);
            content.get().publish();
            if (outcome == FetchOutcome.CORRUPT) {
                download.get().sizing().refuted(request.from());
            }
        } catch (IOException e) {
            end(request, FetchOutcome.BROKEN);
            download.get().withoutStore(e);
        } catch (RuntimeException e) {
            LOG.error("Chunk {} of {} could not be stored", request.chunk(), request.blob().digest(), e);
            end(request, FetchOutcome.BROKEN);
        }
    }

    private static boolean fits(ChunkRequest request, ChunkLayout layout) {
        return request.chunk() < layout.count() && request.offset() == layout.offset(request.chunk())
                && request.length() == layout.length(request.chunk());
    }

    @Override
    public void failed(ChunkRequest request, Failure failure) {
        end(request, switch (failure) {
            case WITHDRAWN -> FetchOutcome.WITHDRAWN;
            case MISSING -> FetchOutcome.MISSING;
            case BROKEN -> FetchOutcome.BROKEN;
        });
    }

    private void end(ChunkRequest request, FetchOutcome outcome) {
        if (open.remove(request.id()) != null) {
            context.events().accept(new Event.Fetched(request.id(), outcome));
        }
    }
}
