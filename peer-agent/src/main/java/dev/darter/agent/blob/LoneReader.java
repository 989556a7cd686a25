package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

import dev.darter.agent.swarm.Event;
import dev.darter.protocol.AgentMessage.LeaseEnd.Outcome;
import dev.darter.protocol.ChunkLayout;
import dev.darter.registry.OriginAccess;
import dev.darter.registry.OriginBody;
import dev.darter.registry.OriginException;
import dev.darter.registry.OriginException.Kind;

/**
 * Reads some chunks of a blob from its origin out of order, for somebody who waits for just these. The state before them is not known, so each is
 * signed with a hash of its own.
 */
final class LoneReader extends OriginTask {

    private final int from;
    private final int to;

    /**
     * @param from the first chunk that is wanted
     * @param to the chunk before which to stop
     */
    LoneReader(Download download, long epoch, int from, int to) {
        super(download, epoch);
        this.from = from;
        this.to = to;
    }

    @Override
    void tell(Ended ended) {
        download().context()
                .events()
                .accept(new Event.AloneEnded(download().blob(), epoch(), from, ended.outcome(), ended.retryAfter().toMillis()));
    }

    @Override
    Ended readWith(OriginAccess origin) throws IOException, InterruptedException {
        Optional<Content> here = download().content().filter(content -> to <= content.layout().count());
        if (here.isEmpty()) {
            return Ended.with(Outcome.GIVEN_UP);
        }
        ChunkLayout layout = here.get().layout();
        long offset = layout.offset(from);
        long end = Math.min(layout.blobSize(), layout.offset(to));
        try (OriginBody opened = open(origin, offset, end - offset)) {
            if (opened.skips() > 0) {
                // It knows no ranges. To read all that comes before would be no faster than to wait for it.
                return Ended.with(Outcome.GIVEN_UP);
            }
            if (opened.blobSize() >= 0 && opened.blobSize() != layout.blobSize()) {
                download().sizing().corrected(opened.blobSize());
                return Ended.with(Outcome.DONE);
            }
            for (int chunk = from; chunk < to && !isStopped() && !here.get().isClosed(); chunk++) {
                if (!here.get().storeAlone(download().voucher(epoch()), chunk, read(opened, layout.length(chunk)))) {
                    download().withoutStore(new IOException("The disk is full"));
                    return Ended.with(Outcome.GIVEN_UP);
                }
            }
        }
        return Ended.with(Outcome.DONE);
    }

    private ByteBuffer read(OriginBody opened, int length) throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            int received = opened.read(bytes);
            if (received < 0) {
                throw new OriginException(Kind.UNAVAILABLE, "The origin's body ended early", Optional.empty());
            }
            count(received);
        }
        return bytes.flip();
    }
}
