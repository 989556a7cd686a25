package dev.darter.agent.trust;

import java.util.List;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChainState;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SignaturePayload;
import dev.darter.protocol.SignedChunk;
import dev.darter.protocol.SignedStates;
import dev.darter.protocol.VouchKey;

/**
 * Signs chain states in the name of a host, for one lease on an origin or, with epoch 0, for blobs that the host has proven. Thread-safe.
 *
 * @param signer the host that signs
 * @param epoch the lease, {@link VouchKey#PROVEN} or {@link VouchKey#BY_RANK}
 */
public record Voucher(HostId signer, long epoch, SigningKey key) {

    /** The same host with its own key, for what it reads from an origin without a lease: that is less than to have proven it. */
    public Voucher byRank() {
        return new Voucher(signer, VouchKey.BY_RANK, key);
    }

    /** The public half, as others learn it. */
    public VouchKey vouchKey() {
        return new VouchKey(signer, epoch, key.publicKey());
    }

    /** Signs consecutive states, the first of which lies at {@code firstBoundary}. */
    public SignedStates sign(BlobKey blob, ChunkLayout layout, int firstBoundary, List<ChainState> states) {
        byte[] payload = SignaturePayload.ofStates(blob, layout, signer, epoch, firstBoundary, states);
        return new SignedStates(signer, epoch, firstBoundary, List.copyOf(states), key.sign(payload));
    }

    /** Signs the SHA-256 of a chunk that was read without the state before it. */
    public SignedChunk sign(BlobKey blob, ChunkLayout layout, int chunk, Bytes sha256) {
        byte[] payload = SignaturePayload.ofChunk(blob, layout, signer, epoch, chunk, sha256);
        return new SignedChunk(signer, epoch, chunk, sha256, key.sign(payload));
    }
}
