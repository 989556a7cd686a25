package dev.darter.protocol;

/** What one host says of a blob's bytes and has signed, with its own key or one that it made for a lease. */
public sealed interface Signed permits SignedStates, SignedChunk {

    /** The host that signs. */
    HostId signer();

    /** The lease that the key was made for; see {@link VouchKey#isOwn}. */
    long epoch();
}
