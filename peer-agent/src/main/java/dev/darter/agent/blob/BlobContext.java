package dev.darter.agent.blob;

import java.util.Optional;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.darter.agent.swarm.Event;
import dev.darter.agent.trust.KeyRing;
import dev.darter.agent.trust.Voucher;
import dev.darter.protocol.BlobKey;
import dev.darter.protocol.HostId;
import dev.darter.service.TokenBucket;
import dev.darter.store.ChunkStore;
import dev.darter.store.Lookup;
import dev.darter.store.PartialBlob;
import dev.darter.store.StoreException;
import dev.darter.store.StoredBlob;

/**
 * What all downloads of a host share.
 *
 * @param own vouches for what this host has proven
 * @param events the way to the swarm engine; returns at once
 * @param downloadRate bounds what is received, from neighbours and origins together
 * @param origins how many connections may read one blob from its registry
 * @param storeless hears of what the store has no room for
 */
public record BlobContext(ChunkStore store, KeyRing keys, Voucher own, Consumer<Event> events, TokenBucket downloadRate,
        BlobMeters meters, OriginConnections origins, StorelessLog storeless) {

    private static final Logger LOG = LoggerFactory.getLogger(BlobContext.class);

    /** @param originConnections that may read one blob from its registry at once */
    public BlobContext(ChunkStore store, KeyRing keys, Voucher own, Consumer<Event> events, TokenBucket downloadRate, BlobMeters meters,
            int originConnections) {
        this(store, keys, own, events, downloadRate, meters, OriginConnections.of(originConnections), new StorelessLog(System::nanoTime));
    }

    /** What was announced with made-up states is refused, like chunks that are wrong; nothing that this host signs is believed. */
    void lied(HostId liar, BlobKey blob) {
        LOG.warn("{} lied about {}", liar, blob.digest());
        meters.rejectedChunk();
        keys.distrust(liar);
        events.accept(new Event.Lied(liar, blob));
    }

    /** A blob that is complete here, to be closed; a store that can't say counts as one that does not have it. */
    Optional<StoredBlob> stored(BlobKey blob) {
        try {
            return switch (store.peek(blob)) {
                case Lookup.Complete(StoredBlob complete) -> Optional.of(complete);
                case Lookup.Partial(PartialBlob partial) -> {
                    partial.close();
                    yield Optional.empty();
                }
                case Lookup.Missing _ -> Optional.empty();
            };
        } catch (StoreException e) {
            LOG.warn("The store can't look for {}", blob.digest(), e);
            return Optional.empty();
        }
    }
}
