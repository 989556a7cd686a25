package dev.darter.agent.peer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.ChunkSet;
import dev.darter.protocol.PeerMessage;

/** What this host can serve to its neighbours. Thread-safe. */
public interface PeerContent {

    /**
     * A blob that is complete here or on its way, as content of this registry; empty also for a blob that came from another registry only. To
     * be closed.
     */
    Optional<Servable> find(BlobKey blob) throws IOException;

    /** One blob; its file stays readable until it is closed. */
    interface Servable extends AutoCloseable {

        ChunkLayout layout();

        /** Whether this chunk is verified and vouched for, or proven. */
        boolean has(int chunk);

        FileChannel file() throws IOException;

        /** All that can be had here, with all signed states. */
        PeerMessage.Have everything() throws IOException;

        /** These chunks, with the signed states that go with them. */
        PeerMessage.Have announce(ChunkSet chunks) throws IOException;

        @Override
        void close();
    }
}
