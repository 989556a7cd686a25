package dev.darter.agent.blob;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.peer.ChainClient;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.protocol.Member;

/**
 * Fetches all chain states of a blob from a neighbour and learns them.
 *
 * @param members how a neighbour is reached, while there is a link
 */
public record BulkChain(SwarmBlobSource blobs, Function<HostId, Optional<Member>> members) {

    private static final Logger LOG = LoggerFactory.getLogger(BulkChain.class);

    /** Blocks for a few seconds at most; a failure costs nothing but the states. */
    public void learn(HostId from, BlobKey blob) {
        Optional<Member> neighbour = members.apply(from);
        if (neighbour.isEmpty()) {
            return;
        }
        try {
            blobs.learn(from, ChainClient.fetch(neighbour.get(), blob));
        } catch (IOException e) {
            // The engine may ask for the chunks all the same: they are checked as soon as the states come from elsewhere.
            LOG.debug("No chain of {} from {}: {}", blob.digest(), from, e.getMessage());
        }
    }
}
