package dev.darter.agent.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

import dev.darter.agent.peer.PeerContent;
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
        return switch (context.store().find(blob)) {
            case Lookup.Complete(StoredBlob complete) -> Optional.of(new Complete(blob, complete));
            case Lookup.Partial(PartialBlob partial) -> {
                Optional<Servable> servable = blobs.content(blob).map(content -> new Partial(partial, content));
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
        Optional<Content> content = blobs.content(blob);
        if (content.isPresent()) {
            return Optional.of(content.get().announce(chunks));
        }
        try (Complete complete = complete(blob)) {
            return complete == null ? Optional.empty() : Optional.of(complete.announce(chunks));
        }
    }

    private @org.jspecify.annotations.Nullable Complete complete(BlobKey blob) {
        return context.stored(blob).map(stored -> new Complete(blob, stored)).orElse(null);
    }

    private final class Complete implements Servable {

        private final BlobKey blob;
        private final StoredBlob stored;

        Complete(BlobKey blob, StoredBlob stored) {
            this.blob = blob;
            this.stored = stored;
        }

        @Override
        public ChunkLayout layout() {
            return stored.layout();
        }

        @Override
        public boolean has(int chunk) {
            return true;
        }

        @Override
        public FileChannel file() throws IOException {
            return stored.channel();
        }

        Have announce(ChunkSet chunks) throws IOException {
            return chunks.size() > ANNOUNCED_WITH_STATES ? Vouched.bare(blob, layout(), chunks) : have(chunks);
        }

        @Override
        public Have everything() throws IOException {
            return have(ChunkSet.ofRange(0, layout().count()));
        }

        private Have have(ChunkSet chunks) throws IOException {
            return Vouched.have(context.own(), blob, layout(), stored.chain()::get, chunks);
        }

        @Override
        public void close() {
            stored.close();
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
        public void close() {
            partial.close();
        }
    }
}
