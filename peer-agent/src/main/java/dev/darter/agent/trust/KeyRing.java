package dev.darter.agent.trust;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.darter.protocol.BlobKey;
import dev.darter.protocol.Bytes;
import dev.darter.protocol.ChunkLayout;
import dev.darter.protocol.HostId;
import dev.darter.protocol.SignaturePayload;
import dev.darter.protocol.SignedChunk;
import dev.darter.protocol.SignedStates;
import dev.darter.protocol.VouchKey;

/**
 * The keys that this host believes, as its scheduler named them: one for each lease of a blob, and each host's own key for what it has proven.
 * Thread-safe.
 */
public final class KeyRing {

    /** What became of a signature. */
    public enum Verdict {
        /** Signed with a key that is believed. */
        GOOD,
        /** The key is not known here, or no longer: what was signed is worth as much as a claim. */
        UNKNOWN_KEY,
        /** The key is known and did not sign this: whoever sent it made it up. */
        FORGED
    }

    private record LeaseKey(BlobKey blob, HostId signer, long epoch) {}

    private final Map<HostId, Bytes> ownKeys = new ConcurrentHashMap<>();
    private final Map<LeaseKey, Bytes> leaseKeys = new ConcurrentHashMap<>();

    /** Hosts that were caught lying here, whatever keys of theirs are known. */
    private final Set<HostId> liars = ConcurrentHashMap.newKeySet();
    /** The pairs that this host has made for its own leases. */
    private final Map<LeaseKey, SigningKey> mine = new ConcurrentHashMap<>();

    /** Believes a host's own key (epoch 0) from now on, instead of an earlier one. */
    public void believe(VouchKey ownKey) {
        ownKeys.put(ownKey.signer(), ownKey.ed25519());
    }

    /** Believes the key of a lease of this blob, or a host's own key. */
    public void believe(BlobKey blob, VouchKey key) {
        if (VouchKey.isOwn(key.epoch())) {
            believe(key);
        } else {
            leaseKeys.put(new LeaseKey(blob, key.signer(), key.epoch()), key.ed25519());
        }
    }

    /** Believes the key of a lease no longer; for a host's own key, nothing that the host signs as proven. */
    public void withdraw(BlobKey blob, VouchKey key) {
        if (VouchKey.isOwn(key.epoch())) {
            ownKeys.remove(key.signer(), key.ed25519());
        } else {
            leaseKeys.remove(new LeaseKey(blob, key.signer(), key.epoch()));
        }
    }

    /** Believes nothing any more that this host signs. */
    public void withdraw(HostId signer) {
        ownKeys.remove(signer);
        leaseKeys.keySet().removeIf(key -> key.signer().equals(signer));
    }

    /** Believes nothing that this host signs until it is {@link #pardon pardoned}. */
    public void distrust(HostId liar) {
        liars.add(liar);
    }

    /** Believes this host's keys again, as far as they are known. */
    public void pardon(HostId liar) {
        liars.remove(liar);
    }

    /** The key with which this host signs under a lease, made when it is asked for first. */
    public Voucher voucher(BlobKey blob, HostId self, long epoch) {
        return new Voucher(self, epoch, mine.computeIfAbsent(new LeaseKey(blob, self, epoch), _ -> SigningKey.generate()));
    }

    /** Drops the keys of all leases of a blob whose download has ended. */
    public void forget(BlobKey blob) {
        mine.keySet().removeIf(key -> key.blob().equals(blob));
        leaseKeys.keySet().removeIf(key -> key.blob().equals(blob));
    }

    /** Whether the states were signed by whom they name. */
    public Verdict check(BlobKey blob, ChunkLayout layout, SignedStates signed) {
        return keyOf(blob, signed.signer(), signed.epoch())
                .map(key -> verdict(key, SignaturePayload.ofStates(blob, layout, signed), signed.signature()))
                .orElse(Verdict.UNKNOWN_KEY);
    }

    /** Whether the hash of a lone chunk was signed by whom it names. */
    public Verdict check(BlobKey blob, ChunkLayout layout, SignedChunk signed) {
        return keyOf(blob, signed.signer(), signed.epoch())
                .map(key -> verdict(key, SignaturePayload.ofChunk(blob, layout, signed), signed.signature()))
                .orElse(Verdict.UNKNOWN_KEY);
    }

    private Optional<Bytes> keyOf(BlobKey blob, HostId signer, long epoch) {
        if (liars.contains(signer)) {
            return Optional.empty();
        }
        return Optional.ofNullable(VouchKey.isOwn(epoch) ? ownKeys.get(signer) : leaseKeys.get(new LeaseKey(blob, signer, epoch)));
    }

    private static Verdict verdict(Bytes key, byte[] payload, Bytes signature) {
        return SigningKey.verifies(key, payload, signature) ? Verdict.GOOD : Verdict.FORGED;
    }
}
