package dev.darter.agent.swarm;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.Member;
import dev.darter.protocol.VouchKey;

/**
 * What the engine of one host has to know from the start.
 *
 * @param self this host as others see it
 * @param ownKey public half of the key with which this host vouches for what it has proven
 * @param slots children that the uplink carries over all blobs and stripes
 * @param uploadBytesPerSecond what the operator allows or what was measured; 0 when unknown
 * @param leaseKeys the keys that are made for leases
 */
public record EngineOptions(Member self, VouchKey ownKey, int slots, long uploadBytesPerSecond, LeaseKeys leaseKeys) {

    /** The keys with which this host signs what it reads from origins, one for each lease. */
    public interface LeaseKeys {

        /** The public half of the key for this lease; the same one each time. */
        Bytes publicKey(BlobKey blob, long epoch);
    }
}
