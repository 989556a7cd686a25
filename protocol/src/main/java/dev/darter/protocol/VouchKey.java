package dev.darter.protocol;

/**
 * The public half of a key that signs chain states.
 *
 * @param signer the host that signs
 * @param epoch the lease it was made for; {@link #PROVEN} for a host's own key
 * @param ed25519 the raw 32 bytes of RFC 8032
 */
public record VouchKey(HostId signer, long epoch, Bytes ed25519) {

    /** The epoch of what a host signs with its own key because it has proven it. */
    public static final long PROVEN = 0;

    /** The epoch of what a host signs with its own key because it reads it from an origin, for want of a scheduler. */
    public static final long BY_RANK = -1;

    /** Whether this is the key that something says it was signed with. */
    public boolean isOf(Signed signed) {
        return signed.signer().equals(signer) && signed.epoch() == epoch;
    }

    /** Whether what has this epoch is signed with a host's own key and not with one that was made for a lease. */
    public static boolean isOwn(long epoch) {
        return epoch == PROVEN || epoch == BY_RANK;
    }
}
