package dev.darter.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;

/**
 * Takes the bytes of the origin in order, in any portions, and computes the chain as it goes: a state computed here counts as vouched. Chunks that
 * are there already are hashed again and not written. For one thread.
 */
public final class OriginAppender {

    private final PartialState blob;
    private final ChunkLayout layout;
    private final int start;
    private final ByteBuffer filling;
    private int chunk;
    private ChainState before;

    OriginAppender(PartialState blob, int start, ChainState before) {
        this.blob = blob;
        this.layout = blob.layout();
        this.start = start;
        this.chunk = start;
        this.before = before;
        this.filling = ByteBuffer.allocate(layout.count() == 0 ? 0 : layout.length(start)).limit(0);
        nextChunk();
    }

    /** The boundary at which it began. */
    public int start() {
        return start;
    }

    /** Offset in the blob of the next byte that it expects. */
    public long offset() {
        return chunk == layout.count() ? layout.blobSize() : layout.offset(chunk) + filling.position();
    }

    /** Takes all of the remaining bytes, unless something ends it. */
    public AppendResult append(ByteBuffer bytes) throws StoreException {
        int firstBoundary = chunk + 1;
        List<ChainState> states = new ArrayList<>();
        while (bytes.hasRemaining()) {
            if (chunk == layout.count()) {
                return new AppendResult.TooLong();
            }
            int length = Math.min(bytes.remaining(), filling.remaining());
            filling.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            if (!filling.hasRemaining()) {
                Optional<AppendResult> end = blob.holding(chunk, () -> complete(filling.flip(), states));
                if (end.isPresent()) {
                    return end.get();
                }
                chunk++;
                nextChunk();
            }
        }
        return new AppendResult.Progress(firstBoundary, states, chunk);
    }

    private void nextChunk() {
        if (chunk < layout.count()) {
            filling.clear().limit(layout.length(chunk));
        }
    }

    /** Something when it is the end. */
    private Optional<AppendResult> complete(ByteBuffer bytes, List<ChainState> states) throws StoreException {
        Optional<Span> open = blob.look(chain -> chain.openSpan(chunk)).filter(span -> span.before().state().equals(before));
        if (open.isEmpty()) {
            return Optional.of(new AppendResult.Superseded());
        }
        boolean last = chunk == layout.count() - 1;
        if (last && !open.get().fits(bytes)) {
            return Optional.of(new AppendResult.Unclosed(blob.look(DigestChain::firstForeign)));
        }
        if (!last) {
            before = open.get().advance(bytes);
            if (blob.learnOwn(chunk + 1, before) instanceof LearnResult.Conflict(int boundary, Trust _)) {
                return Optional.of(new AppendResult.Conflict(boundary));
            }
            states.add(before);
        }
        return keep(bytes);
    }

    private Optional<AppendResult> keep(ByteBuffer bytes) throws StoreException {
        if (blob.look(chain -> chain.isLinked(chunk))) {
            return Optional.empty();
        }
        Optional<Bytes> lone = blob.look(chain -> chain.loneHash(chunk));
        if (lone.isPresent() && !lone.get().equals(LoneHash.of(bytes))) {
            return Optional.of(new AppendResult.Conflict(chunk + 1));
        }
        // Bytes that were given to somebody are not written over, not even by the same.
        if (lone.isEmpty() && !blob.put(chunk, bytes)) {
            return Optional.of(new AppendResult.Full());
        }
        // The span was computed from these bytes a moment ago, and nothing is rewound while the chunk is held.
        Optional<Span> span = blob.look(chain -> chain.span(chunk));
        return span.isPresent() && blob.link(chunk, span.get()) ? Optional.empty() : Optional.of(new AppendResult.Superseded());
    }
}
