package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

import dev.darter.agent.peer.PeerContent;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage.Have;
import dev.darter.store.Lookup;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoredBlob;

/** What neighbours can have from this host: complete blobs, and the good chunks of those that are on their way. Thread-safe. */
public final class LocalContent implements PeerContent {

    /** So many chunks at most are announced together with their states; a neighbour fetches larger sets in bulk. */
    static final int ANNOUNCED_WITH_STATES = 64;

    private final SwarmBlobSource blobs;
    private final BlobContext context;

    public LocalContent(SwarmBlobSource blobs, BlobContext context) {
        this.blobs = blobs;
        this.context = context;
    }

    @Override
    public Optional<Servable> find(BlobKey blob) throws IOException {
        return switch (context.store().peek(blob)) {
            case Lookup.Complete(StoredBlob complete) -> Optional.of(new Complete(blob, complete, context.own()));
            case Lookup.Partial(PartialBlob partial) -> {
                Optional<Servable> servable = partial.isProven()
                        ? Optional.of(new Proven(blob, partial, context.own()))
                        : blobs.content(blob).map(content -> new Partial(partial, content));
                if (servable.isEmpty()) {
                    partial.close();
                }
                yield servable;
            }
            case Lookup.Missing _ -> Optional.empty();
        };
    }

    /** The announcement of chunks that can be had here; empty when the blob is gone. */
    public Optional<Have> announcement(BlobKey blob, ChunkSet chunks) throws IOException {
        Optional<Content> coming = blobs.content(blob);
        if (coming.isPresent()) {
            // Most announcements, one for each chunk that comes: nothing has to be looked up for them.
            return Optional.of(chunks.size() > ANNOUNCED_WITH_STATES
                    ? Vouched.bare(blob, coming.get().layout(), chunks)
                    : coming.get().announce(chunks));
        }
        Optional<Servable> found = find(blob);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (Servable servable = found.get()) {
            return Optional
                    .of(chunks.size() > ANNOUNCED_WITH_STATES ? Vouched.bare(blob, servable.layout(), chunks) : servable.announce(chunks));
        }
    }

    /** A blob of which all is here. */
    private interface Whole extends Servable {

        @Override
        default boolean has(int chunk) {
            return true;
        }

        @Override
        default Have everything() throws IOException {
            return announce(ChunkSet.ofRange(0, layout().count()));
        }
    }

    private record Complete(BlobKey blob, StoredBlob stored, Voucher own) implements Whole {

        @Override
        public ChunkLayout layout() {
            return stored.layout();
        }

        @Override
        public FileChannel file() throws IOException {
            return stored.channel();
        }

        @Override
        public Have announce(ChunkSet chunks) throws IOException {
            return Vouched.have(own, blob, layout(), stored.chain()::get, chunks);
        }

        @Override
        public void close() {
            stored.close();
        }
    }

    /** Proven, and on its way to its place among the complete blobs. */
    private record Proven(BlobKey blob, PartialBlob partial, Voucher own) implements Whole {

        @Override
        public ChunkLayout layout() {
            return partial.layout();
        }

        @Override
        public FileChannel file() throws IOException {
            return partial.channel();
        }

        @Override
        public Have announce(ChunkSet chunks) {
            return Vouched.have(own, blob, partial, chunks);
        }

        @Override
        public void close() {
            partial.close();
        }
    }

    private record Partial(PartialBlob partial, Content content) implements Servable {

        @Override
        public ChunkLayout layout() {
            return partial.layout();
        }

        @Override
        public boolean has(int chunk) {
            return partial.isServable(chunk);
        }

        @Override
        public FileChannel file() {
            return content.file();
        }

        @Override
        public Have everything() {
            return content.everything();
        }

        @Override
        public Have announce(ChunkSet chunks) {
            return content.announce(chunks);
        }

        @Override
        public void close() {
            partial.close();
        }
    }
}
