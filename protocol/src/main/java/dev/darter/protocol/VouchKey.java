package dev.darter.protocol;

/**
 * The public half of a key that signs chain states.
 *
 * @param signer the host that signs
 * @param epoch the lease it was made for; 0 for the key with which a host vouches for blobs that it has proven
 * @param ed25519 the raw 32 bytes of RFC 8032
 */
public record VouchKey(HostId signer, long epoch, Bytes ed25519) {}
