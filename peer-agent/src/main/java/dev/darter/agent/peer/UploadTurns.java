package dev.darter.agent.peer;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;

/** Who may send when: the queue of this host's uplink. Implemented over the swarm engine. Thread-safe, returns at once. */
public interface UploadTurns {

    /** A neighbour asks for a chunk, from this address; the answer comes through {@link Uploads#serve} or {@link Uploads#decline}. */
    void asked(HostId from, String address, long request, BlobKey blob, int chunk, int bytes, ChunkRequest.Lane lane);

    /** A chunk was sent whole, or can't be any more. */
    void served(HostId to, long request, boolean isWhole);
}
